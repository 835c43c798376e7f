import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import { getAgent } from '../../agents/index.ts'
import { budgetsAt } from '../../budgets/index.ts'
import type { AgentStateAt } from '../contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { readContent } from '../taking/contents.ts'
import { rowAt, rulesVersionAt } from './store.ts'
import { viewSnapshot } from './view.ts'

/** What was in force at a moment: the newest versions that had been seen, and the rules. Throws `not_found`. */
export const stateAt = async (ctx: OrganizationContext, agentId: string, at: number): Promise<AgentStateAt> => {
  await getAgent(ctx, agentId)
  const seen = async (scope: SnapshotScope) => {
    const row = await rowAt(ctx, agentId, scope, at)
    return row ? { ...viewSnapshot(row), content: await readContent(ctx, row.hash) } : null
  }
  const [config, bindings, dependencies, files, rulesVersion, budgets] = await Promise.all([
    seen('agent_config'),
    seen('bindings'),
    seen('dependency_meta'),
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
    rulesVersion,
    budgets,
  }
}
