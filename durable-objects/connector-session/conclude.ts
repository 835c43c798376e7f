import type { z } from 'zod'
import { agentChangeAnswered } from '../../worker/features/agents/index.ts'
import { decisionDelivered } from '../../worker/features/approvals/index.ts'
import { backupAnswered, backupProved } from '../../worker/features/artifacts/index.ts'
import type { CommandFailure, CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import { cronChangeAnswered } from '../../worker/features/cron/index.ts'
import { grantRevokeAnswered } from '../../worker/features/grants/index.ts'
import { drillAnswered, stopAnswered } from '../../worker/features/kill-switch/index.ts'
import type { OrganizationContext } from '../../worker/platform/context.ts'

/** What the connector answered, or what is said in its place. */
export type Outcome = z.infer<typeof CommandResult> | { ok: false; failure: CommandFailure; detail?: string }

/** Tells whose command it was how it went; the prefix of its id says whose. */
export const conclude = async (ctx: OrganizationContext, id: string, outcome: Outcome): Promise<void> => {
  if (id.startsWith('kil_')) await stopAnswered(ctx, ctx.actor.id, id, outcome)
  else if (id.startsWith('drl_')) await drillAnswered(ctx, id, outcome)
  else if (id.startsWith('art_')) await backupAnswered(ctx, id, outcome)
  else if (id.startsWith('prv_')) await backupProved(ctx, id, outcome)
  else if (id.startsWith('grn_')) await grantRevokeAnswered(ctx, id, outcome)
  else if (id.startsWith('cch_')) await cronChangeAnswered(ctx, id, outcome)
  else if (id.startsWith('cmd_')) await agentChangeAnswered(ctx, id, outcome)
  else await decisionDelivered(ctx, id, outcome)
}
