import type { OrganizationContext } from '../../../platform/context.ts'
import type { GatewayConfig, Tree } from '../../connectors/link/questions/contract.ts'
import { contentsIn, sharedIn } from '../diff/parts.ts'
import { type Seen, takeSnapshots } from './take.ts'

interface Agent {
  id: string
  externalId: string
  connectorId: string
}

/**
 * A gateway told its configuration at that moment: whatever differs for one of these agents becomes a version. Of a file
 * that it can not read, such as one that an editor is about to write, it tells nothing, and that is no configuration.
 */
export const configurationSeen = async (
  ctx: OrganizationContext,
  agents: readonly Agent[],
  config: GatewayConfig,
  at: number,
): Promise<void> => {
  if (isUnread(config)) return
  await takeSnapshots(
    ctx,
    [...agents.flatMap((agent) => contentsOf(agent, config.source)), ...sharedOf(agents, config.source)],
    { reference: config.hash, at },
  )
}

/** Its gateway could not read the file at all. One that it reads and finds wrong is told whole. */
export const isUnread = ({ valid, source }: GatewayConfig): boolean => !valid && Object.keys(source).length === 0

const contentsOf = (agent: Agent, source: Tree): Seen[] => {
  const { agent_config, bindings } = contentsIn(agent.externalId, source)
  return [
    { agent, scope: 'agent_config', content: agent_config },
    { agent, scope: 'bindings', content: bindings },
  ]
}

/** What all of these agents share, once for each gateway. */
const sharedOf = (agents: readonly Agent[], source: Tree): Seen[] =>
  [...new Set(agents.map(({ connectorId }) => connectorId))].map((connectorId) => ({
    agent: { id: connectorId, connectorId },
    scope: 'gateway_config',
    content: sharedIn(source),
  }))
