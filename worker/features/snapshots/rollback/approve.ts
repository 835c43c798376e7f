import type { OrganizationContext } from '../../../platform/context.ts'
import type { DescribedAgent } from '../../agents/index.ts'
import { approvalFor } from '../../approvals/index.ts'
import type { RollbackPlan } from './plan.ts'

const toldPathsMax = 200

/** What a critical rollback waits for: another state of the gateway, another version or another choice is another digest. */
export const approvalOfRollback = (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { scope, to, live, changes, digest, categories }: RollbackPlan,
) =>
  approvalFor(ctx, `config-rollback:${digest}`, {
    action: 'config.rollback',
    title: `Put ${agent.displayName ?? agent.name} back to version ${to.version}`,
    command: changes
      .slice(0, toldPathsMax)
      .map(({ kind, path }) => `${kind} ${path}`)
      .join('\n'),
    arguments: {
      agentId: agent.id,
      scope,
      from: live.version,
      to: to.version,
      digest,
      ...(categories && { categories }),
    },
    agentId: agent.id,
  })
