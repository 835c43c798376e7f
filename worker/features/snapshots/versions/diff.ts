import type { OrganizationContext } from '../../../platform/context.ts'
import { getAgent } from '../../agents/index.ts'
import type { DiffVersions, VersionsDiff } from '../contract.ts'
import { semanticDiff } from '../diff/index.ts'
import { readContent } from '../taking/contents.ts'
import { lookAt } from '../taking/look.ts'
import { getVersion, newestVersion } from './get.ts'
import { refuseUnreadable } from './readable.ts'
import { subjectOf } from './subject.ts'
import { viewSnapshot } from './view.ts'

/**
 * What it means to go from one version to another. `live` asks the gateway, which makes a version of what it says; it
 * throws `unavailable` while that is away, and `not_found` for a version that there never was.
 */
export const diffVersions = async (
  ctx: OrganizationContext,
  agentId: string,
  { scope, from, to }: DiffVersions,
): Promise<VersionsDiff> => {
  refuseUnreadable(ctx, scope)
  const agent = await getAgent(ctx, agentId)
  if (from === 'live' || to === 'live') await lookAt(ctx, agent, scope)
  const subject = subjectOf(agent, scope)
  const rowOf = (end: number | 'live') =>
    end === 'live' ? newestVersion(ctx, subject, scope) : getVersion(ctx, subject, scope, end)
  const [before, after] = await Promise.all([rowOf(from), rowOf(to)])
  const [left, right] = await Promise.all([readContent(ctx, before.hash), readContent(ctx, after.hash)])
  return { scope, from: viewSnapshot(before), to: viewSnapshot(after), ...semanticDiff(left, right, scope) }
}
