import type { OrganizationContext } from '../../platform/context.ts'
import { commitAll, type Statement } from '../../platform/db.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { HealthCauseName } from './contract.ts'
import {
  agentsByExternalId,
  changeStatement,
  type Judged,
  showAgentStatement,
  showConnectorStatement,
} from './store.ts'

/** Agents whose changes commit together: each brings up to three statements. */
const batchSize = 30

/** A change of health as the session judged it. Silent: it flaps, and is shown without an event. */
export interface JudgedChange extends Judged {
  isSilent: boolean
}

const saidByOffline: readonly HealthCauseName[] = ['connector_offline', 'connector_paused']

/**
 * Shows, tells and remembers how well a connector is now. Told again, nothing happens. That its socket went is an event
 * of its own already, `connector.offline`; only that this is flapping, and that it is over, is told here.
 */
export const tellConnectorHealth = async (
  ctx: OrganizationContext,
  connectorId: string,
  { isSilent, ...judged }: JudgedChange,
): Promise<void> => {
  const at = ctx.now().getTime()
  const isSaid = !judged.isFlapping && judged.causes.some(({ cause }) => saidByOffline.includes(cause))
  const show = showConnectorStatement(ctx, connectorId, judged, at)
  if (isSilent) return commitAll(ctx.db, [show])
  const facts = { target: connectorId, connectorId, risk: riskOf(judged) }
  await commitAll(ctx.db, [
    show,
    ...(isSaid ? [] : [auditStatement(ctx, 'connector.health-changed', payloadOf(judged), facts)]),
    changeStatement(ctx, rowOf(ctx, { connectorId, agentId: null }, judged, at)),
  ])
  await drainSoon(ctx, ctx.organizationId)
}

/** The same for agents of a connector, by their gateway's ids; those that nobody knows are left out. */
export const tellAgentsHealth = async (
  ctx: OrganizationContext,
  connectorId: string,
  changes: ReadonlyMap<string, JudgedChange>,
): Promise<void> => {
  if (changes.size === 0) return
  const at = ctx.now().getTime()
  const ids = await agentsByExternalId(ctx, connectorId, [...changes.keys()])
  const statements = [...changes].flatMap(([externalId, { isSilent, ...judged }]): Statement[][] => {
    const id = ids.get(externalId)
    if (id === undefined) return []
    const show = showAgentStatement(ctx, id, judged, at)
    if (isSilent) return [[show]]
    const facts = { target: id, agentId: id, connectorId, risk: riskOf(judged) }
    return [
      [
        show,
        auditStatement(ctx, 'agent.health-changed', payloadOf(judged), facts),
        changeStatement(ctx, rowOf(ctx, { connectorId, agentId: id }, judged, at)),
      ],
    ]
  })
  // Each agent's own change commits whole; a crash between two batches leaves the rest to be judged again.
  for (let from = 0; from < statements.length; from += batchSize)
    await commitAll(ctx.db, statements.slice(from, from + batchSize).flat())
  await drainSoon(ctx, ctx.organizationId)
}

const riskOf = ({ state }: Judged) => (state === 'healthy' ? ('low' as const) : ('medium' as const))

const payloadOf = ({ state, causes, isFlapping }: Judged) => ({
  state,
  causes: causes.map(({ cause }) => cause),
  isFlapping,
})

const rowOf = (
  ctx: OrganizationContext,
  subject: { connectorId: string; agentId: string | null },
  { state, causes, isFlapping }: Judged,
  at: number,
) => ({ id: ctx.newId('hlc'), organizationId: ctx.organizationId, ...subject, state, causes, isFlapping, at })
