import type { OrganizationContext } from '../../../platform/context.ts'
import type { ConfigSchema } from '../../connectors/link/questions/contract.ts'
import { semanticDiff } from '../../snapshots/diff/index.ts'
import { askGateway } from '../live/ask.ts'
import { type DescribedAgent, getAgent } from '../store.ts'
import type { ChangeConfig, ConfigPreview } from './contract.ts'
import { planChange } from './plan.ts'

/** Beyond these the gateway is not asked how it takes a change; they are shown all the same. */
const lookedUpMax = 12

/** Says what a change would do, and changes nothing. */
export const previewConfig = async (
  ctx: OrganizationContext,
  id: string,
  wanted: ChangeConfig,
): Promise<ConfigPreview> => {
  const agent = await getAgent(ctx, id)
  const { hash, freshness, entry, after, differences, conflicts, secrets } = await planChange(ctx, agent, wanted)
  const nodes = await Promise.all(differences.slice(0, lookedUpMax).map(({ path }) => nodeAt(ctx, agent, path)))
  const changes = differences.map((difference, at) => ({
    ...difference,
    title: nodes[at]?.title ?? null,
    reloadKind: nodes[at]?.reloadKind ?? null,
  }))
  return {
    freshness,
    hash,
    changes,
    meaning: semanticDiff(entry ?? {}, after),
    restarts: changes.some((each) => each.reloadKind === 'restart'),
    conflicts,
    secrets,
  }
}

/** What the gateway says of a path below an agent's entry. Null for a path that the gateway's schema does not have: it will say so when the change is made. */
export const nodeAt = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  path: string,
): Promise<ConfigSchema | null> => {
  return schemaNode(ctx, agent, `agents.entries.*.${path}`)
}

/** The same of a path from the root of the gateway's configuration. */
export const schemaNode = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  path: string,
): Promise<ConfigSchema | null> => {
  try {
    return (await askGateway(ctx, agent, { question: 'config.schema', path })).answer.node
  } catch {
    return null
  }
}
