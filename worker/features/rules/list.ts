import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import type { PageQuery } from '../../platform/contract.ts'
import { notFound } from '../../platform/errors.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import type { RuleSet } from './contract.ts'
import { currentRow, rowOfVersion, versionRows } from './store.ts'
import { viewRuleSet, viewVersion } from './view.ts'

export const getRules = async (ctx: OrganizationContext): Promise<RuleSet> => viewRuleSet(await currentRow(ctx))

/** Throws `not_found` for a version that never was. */
export const getVersion = async (ctx: OrganizationContext, version: number): Promise<RuleSet> => {
  const row = await rowOfVersion(ctx, version)
  if (!row) throw notFound('Version of the rules')
  return viewRuleSet(row)
}

/** The newest first, without their rules. */
export const listVersions = async (ctx: OrganizationContext, { limit, cursor }: PageQuery) => {
  const rows = await versionRows(ctx, fromCursor(z.number().int(), cursor), limit + 1)
  const { items, nextCursor } = pageOf(rows, limit, ({ version }) => version)
  return { items: items.map(viewVersion), nextCursor }
}
