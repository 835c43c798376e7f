import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { type DescribedAgent, gatewayConfig } from '../../agents/index.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { contentsIn } from '../diff/parts.ts'
import { lookAtFiles } from '../taking/surroundings.ts'

export interface Live {
  content: Tree
  /** Of the gateway's whole configuration, which a change of it names. Of files each has its own. */
  baseHash: string
}

/**
 * What stands at the gateway now in a scope, which is saved as a version. Throws `unavailable` while the gateway is away,
 * `invalid` for a scope that is not put back from here, and with the gateway's issues while its file is not valid.
 */
export const liveOf = async (ctx: OrganizationContext, agent: DescribedAgent, scope: SnapshotScope): Promise<Live> => {
  if (scope === 'dependency_meta')
    throw new AppError('invalid', 'What an agent depends on belongs to its gateway, and is not put back from here.', {
      errors: [{ path: 'scope', message: 'not put back from here' }],
    })
  if (scope === 'gateway_config')
    throw new AppError(
      'invalid',
      'What all agents of a gateway share is put back at the gateway, or from a package of it, and not from here.',
      { errors: [{ path: 'scope', message: 'not put back from here' }] },
    )
  if (scope === 'workspace_bundle') {
    const content = await lookAtFiles(ctx, agent)
    if (content === null) throw new AppError('unavailable', 'The gateway has more files than it lists.')
    return { content, baseHash: '' }
  }
  const { config } = await gatewayConfig(ctx, agent, { liveOnly: true })
  if (!config.valid)
    throw new AppError(
      'invalid',
      'The configuration file of the gateway is not valid, and it takes no change before it is mended.',
      {
        errors: config.issues,
      },
    )
  return { content: contentsIn(agent.externalId, config.source)[scope], baseHash: config.hash }
}
