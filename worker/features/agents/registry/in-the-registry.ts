import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { type DescribedAgent, getAgent } from '../store.ts'

/** The connector has waited for the gateway's list already; what it tells of it is under way. */
const waitMs = 3_000
const lookEveryMs = 250

/** The agent as soon as the registry has it in that state; null when it does not within a few seconds. */
export const inTheRegistry = async (
  ctx: OrganizationContext,
  id: string,
  state: DescribedAgent['state'],
): Promise<DescribedAgent | null> => {
  for (let waited = 0; ; waited += lookEveryMs) {
    const agent = await found(ctx, id)
    if (agent?.state === state) return agent
    if (waited >= waitMs) return null
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}

const found = async (ctx: OrganizationContext, id: string): Promise<DescribedAgent | null> => {
  try {
    return await getAgent(ctx, id)
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null
    throw error
  }
}
