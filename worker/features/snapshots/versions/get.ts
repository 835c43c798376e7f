import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import type { SnapshotRow } from '../schema.ts'
import { versionRow, versionRows } from './store.ts'

/** Throws `not_found` for a version that there never was. */
export const getVersion = async (
  ctx: OrganizationContext,
  agentId: string,
  scope: SnapshotScope,
  version: number,
): Promise<SnapshotRow> => {
  const row = await versionRow(ctx, agentId, scope, version)
  if (!row) throw notFound('Version')
  return row
}

/** The version of what the gateway said last. Throws `not_found` while it has never said anything. */
export const newestVersion = async (
  ctx: OrganizationContext,
  agentId: string,
  scope: SnapshotScope,
): Promise<SnapshotRow> => {
  const [row] = await versionRows(ctx, agentId, scope, 1, undefined)
  if (!row) throw notFound('Version')
  return row
}
