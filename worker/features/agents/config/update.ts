import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { type Order, orderChange, refuseUnmanageable, settled } from '../changes/order.ts'
import { getAgent } from '../store.ts'
import type { ChangeConfig, ConfigChanged } from './contract.ts'
import { gatewayConfig } from './get.ts'
import { orderOf, planChange } from './plan.ts'

/** Somebody may change something between our look and the gateway's; with luck not that often. */
const attempts = 3

/**
 * Changes an agent's entry at its gateway and answers once it was read back. What others changed since `baseHash` stays,
 * as long as it is not the same. Throws `stale` with the paths when it is, `invalid` with the gateway's issues at their
 * paths, `unavailable` while the gateway is away, `conflict` when it refuses. Nothing is half written.
 */
export const updateConfig = async (
  ctx: OrganizationContext,
  id: string,
  wanted: ChangeConfig,
  more: Pick<Order, 'reason' | 'restore'> & { kind?: Order['kind'] } = {},
): Promise<ConfigChanged> => {
  for (let attempt = 1; ; attempt++) {
    const agent = await getAgent(ctx, id)
    refuseUnmanageable(agent)
    const plan = await planChange(ctx, agent, wanted)
    const { differences, conflicts, secrets } = plan
    if (conflicts.length > 0)
      throw new AppError('stale', 'Somebody else has changed the same since.', {
        context: { conflicts, hash: plan.hash },
      })
    if (secrets.length > 0)
      throw new AppError('invalid', 'Secrets are set on the machine of the gateway, never from here.', {
        errors: secrets.map((path) => ({ path, message: 'a secret, or a redacted value' })),
      })
    if (differences.length === 0 && more.kind === undefined) return { change: null, differences }
    const ordered = await orderChange(ctx, agent, { kind: 'config', ...more, ...orderOf(agent, plan, wanted.patch) })
    if (ordered.change.failure === 'stale' && attempt < attempts) continue
    const change = settled(ordered, `agents.entries.${agent.externalId}.`)
    if (change.state === 'confirmed') await gatewayConfig(ctx, agent)
    return { change, differences }
  }
}
