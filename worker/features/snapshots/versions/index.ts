import type { OrganizationContext } from '../../../platform/context.ts'
import type { KnownTool } from '../../agents/explain/index.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { readContent } from '../taking/contents.ts'
import { getVersion } from './get.ts'
import { toolsOfVersion } from './policy-then.ts'
import { versionRows } from './store.ts'

/** What a version holds, without secrets. Throws `not_found` for a version that there never was. */
export const contentOfVersion = async (
  ctx: OrganizationContext,
  agentId: string,
  scope: SnapshotScope,
  version: number,
): Promise<Tree> => readContent(ctx, (await getVersion(ctx, agentId, scope, version)).hash)

/** What the newest version holds, without secrets, and since when it is so; null while there is none. */
export const newestContent = async (
  ctx: OrganizationContext,
  agentId: string,
  scope: SnapshotScope,
): Promise<{ content: Tree; at: number } | null> => {
  const [row] = await versionRows(ctx, agentId, scope, 1, undefined)
  return row ? { content: await readContent(ctx, row.hash), at: row.at } : null
}

/** The tools of plugins, channels and servers that an agent could have when its dependencies were seen last. */
export const newestTools = async (
  ctx: OrganizationContext,
  agentId: string,
): Promise<{ tools: KnownTool[]; at: number } | null> => {
  const kept = await newestContent(ctx, agentId, 'dependency_meta')
  return kept && { tools: toolsOfVersion(kept.content), at: kept.at }
}
