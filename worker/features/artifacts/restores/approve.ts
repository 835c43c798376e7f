import type { OrganizationContext } from '../../../platform/context.ts'
import { approvalFor } from '../../approvals/index.ts'
import type { RequestRestore } from './contract.ts'

/** What a critical restore waits for: another package, another choice or another state of the gateway is another digest. */
export const approvalOfRestore = (
  ctx: OrganizationContext,
  connector: { id: string; name: string },
  { mode, sections, agents, planDigest, packageId, summary, changes }: RequestRestore,
) =>
  approvalFor(ctx, `artifact-restore:${connector.id}:${planDigest}`, {
    action: 'gateway.restore',
    title: `Restore ${connector.name} from a package (${mode}, ${changes} changes)`,
    command: summary.join('\n'),
    arguments: { connectorId: connector.id, packageId, mode, sections, agents: agents.length, changes, planDigest },
  })
