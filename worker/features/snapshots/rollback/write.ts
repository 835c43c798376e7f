import type { OrganizationContext } from '../../../platform/context.ts'
import type { AgentChange } from '../../agents/changes/contract.ts'
import { type DescribedAgent, differencesOf, orderChange, orderOf, settled } from '../../agents/index.ts'
import { Tree } from '../../connectors/link/questions/contract.ts'
import type { RolledBackFile } from '../contract.ts'
import type { RollbackNote } from '../taking/cause.ts'
import { mergePatchOf } from './merge-patch.ts'
import type { RollbackPlan } from './plan.ts'
import { writeFiles } from './write-files.ts'

export interface Written {
  /** The change that ended it; of files the last one. */
  change: AgentChange | null
  files: RolledBackFile[]
}

/** Carries a plan out. Throws what a failed change means, with everything as it was; `note` tells its version later. */
export const writePlan = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  plan: RollbackPlan,
  note: RollbackNote,
): Promise<Written> => {
  if (plan.scope === 'workspace_bundle') return writeFiles(ctx, agent, plan, note)
  const write = plan.scope === 'bindings' ? writeBindings : writeEntry
  return { change: await write(ctx, agent, plan, JSON.stringify(note)), files: [] }
}

/** One patch, which the gateway takes as a whole or not at all. */
const writeEntry = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { before, target, baseHash }: RollbackPlan,
  reason: string,
): Promise<AgentChange> => {
  const patch = Tree.parse(mergePatchOf(before, target))
  const differences = differencesOf(before, target)
  const order = orderOf(agent, { hash: baseHash, entry: before, after: target, differences }, patch)
  return settled(
    await orderChange(ctx, agent, { kind: 'config', reason, ...order }),
    `agents.entries.${agent.externalId}.`,
  )
}

/** The same for the list: what others have in it stays. */
const writeBindings = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { live, target, baseHash }: RollbackPlan,
  reason: string,
): Promise<AgentChange> => {
  const bindings = Tree.array().parse(target.bindings ?? [])
  const change = { change: 'bindings.put', agent: agent.externalId, bindings, baseHash } as const
  const order = { kind: 'bindings' as const, reason, change, touches: ['bindings'], before: live.hash }
  return settled(await orderChange(ctx, agent, order))
}
