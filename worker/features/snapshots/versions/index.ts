import type { OrganizationContext } from '../../../platform/context.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { readContent } from '../taking/contents.ts'
import { getVersion } from './get.ts'

/** What a version holds, without secrets. Throws `not_found` for a version that there never was. */
export const contentOfVersion = async (
  ctx: OrganizationContext,
  agentId: string,
  scope: SnapshotScope,
  version: number,
): Promise<Tree> => readContent(ctx, (await getVersion(ctx, agentId, scope, version)).hash)
