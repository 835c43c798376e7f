import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { fromCursor, pageOf } from '../../../platform/page.ts'
import { getAgent } from '../../agents/index.ts'
import type { ListVersions } from '../contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { readContent } from '../taking/contents.ts'
import { getVersion } from './get.ts'
import { refuseUnreadable } from './readable.ts'
import { versionRows } from './store.ts'
import { subjectOf } from './subject.ts'
import { viewSnapshot } from './view.ts'

/** The versions of one scope of an agent, the newest first. Throws `not_found`, and `invalid` for a foreign cursor. */
export const listVersions = async (
  ctx: OrganizationContext,
  agentId: string,
  { scope, limit, cursor }: ListVersions,
) => {
  const subject = subjectOf(await getAgent(ctx, agentId), scope)
  const rows = await versionRows(ctx, subject, scope, limit + 1, fromCursor(z.number().int(), cursor))
  const page = pageOf(rows, limit, (row) => row.version)
  return { ...page, items: page.items.map(viewSnapshot) }
}

export const showVersion = async (ctx: OrganizationContext, agentId: string, scope: SnapshotScope, version: number) => {
  refuseUnreadable(ctx, scope)
  const subject = subjectOf(await getAgent(ctx, agentId), scope)
  const row = await getVersion(ctx, subject, scope, version)
  return { ...viewSnapshot(row), content: await readContent(ctx, row.hash) }
}
