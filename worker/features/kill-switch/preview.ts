import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import type { AnswerTo } from '../connectors/link/questions/contract.ts'
import type { KillPreview, KillScope } from './contract.ts'
import { reachOf, whereabouts } from './rules.ts'
import { type NamedScope, nameScope } from './scope/name.ts'
import { agentsInScope, connectorRows, connectorsInScope } from './scope/store.ts'

/** Somebody waits with a finger on the button: what a gateway has not said by then is shown as unknown. */
const patienceMs = 4_000

/** What an order would stop. Changes nothing; what a gateway can not say now is null, never zero. */
export const previewKill = async (ctx: OrganizationContext, wanted: KillScope): Promise<KillPreview> => {
  const scope = await nameScope(ctx, wanted)
  const counts = new Map((await connectorsInScope(ctx, scope)).map((row) => [row.connectorId, row]))
  const rows = await connectorRows(ctx, scope.kind === 'connector' ? scope.ref : null)
  const concerned = rows.filter(
    ({ id }) => scope.kind === 'organization' || scope.kind === 'connector' || counts.has(id),
  )
  const connectors = await Promise.all(
    concerned.map(async (row) => {
      const where = whereabouts(reachOf(row))
      const known = counts.get(row.id)
      const said = where.reach === 'online' ? await askGateway(ctx, scope, row.id) : null
      return {
        connectorId: row.id,
        connectorName: row.name,
        ...where,
        agents: known?.agents ?? 0,
        openRuns: known?.openRuns ?? 0,
        pendingApprovals: known?.pendingApprovals ?? 0,
        activeSessions: said?.activeSessions ?? null,
        subAgents: said?.subAgents ?? null,
        enabledJobs: said?.enabledJobs ?? null,
        hasPlugin: said?.hasPlugin ?? null,
      }
    }),
  )
  const sum = (of: 'agents' | 'stopped' | 'openRuns' | 'pendingApprovals') =>
    [...counts.values()].reduce((total, row) => total + row[of], 0)
  return {
    scope,
    agents: sum('agents'),
    alreadyStopped: sum('stopped'),
    pendingApprovals: sum('pendingApprovals'),
    openRuns: sum('openRuns'),
    connectors,
  }
}

const askGateway = async (
  ctx: OrganizationContext,
  scope: NamedScope,
  connectorId: string,
): Promise<AnswerTo<'stops.preview'> | null> => {
  const isAll = scope.kind === 'connector' || scope.kind === 'organization'
  const agents = isAll ? [] : await agentsInScope(ctx, scope, connectorId)
  const asked = connectorSession(ctx.env, connectorId).ask({ question: 'stops.preview', isAll, agents })
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), patienceMs))
  const answered = await Promise.race([asked, late]).catch(() => null)
  return answered?.ok && answered.answer.question === 'stops.preview' ? answered.answer : null
}
