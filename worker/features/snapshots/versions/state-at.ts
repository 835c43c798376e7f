import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import { getAgent } from '../../agents/index.ts'
import { budgetsAt } from '../../budgets/index.ts'
import type { AgentStateAt } from '../contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { readContent } from '../taking/contents.ts'
import { policyThen } from './policy-then.ts'
import { rowAt, rulesVersionAt } from './store.ts'
import { subjectOf } from './subject.ts'
import { viewSnapshot } from './view.ts'

/** What was in force at a moment: the newest versions that had been seen, and the rules. Throws `not_found`. */
export const stateAt = async (ctx: OrganizationContext, agentId: string, at: number): Promise<AgentStateAt> => {
  const agent = await getAgent(ctx, agentId)
  const seen = async (scope: SnapshotScope) => {
    const row = await rowAt(ctx, subjectOf(agent, scope), scope, at)
    return row ? { ...viewSnapshot(row), content: await readContent(ctx, row.hash) } : null
  }
  const [config, bindings, dependencies, gateway, files, rulesVersion, budgets] = await Promise.all([
    seen('agent_config'),
    seen('bindings'),
    seen('dependency_meta'),
    seen('gateway_config'),
    rowAt(ctx, agentId, 'workspace_bundle', at),
    rulesVersionAt(ctx, at),
    budgetsAt(ctx, agentId, at),
  ])
  return {
    at: iso(at),
    config,
    bindings,
    files: files ? viewSnapshot(files) : null,
    dependencies,
    gateway,
    toolPolicy: config && gateway ? policyThen(agent.externalId, config.content, gateway.content, dependencies) : null,
    rulesVersion,
    budgets,
  }
}
