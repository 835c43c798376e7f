import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import type { PageQuery } from '../../platform/contract.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import { listApiKeys } from './store.ts'
import { viewApiKey } from './view.ts'

/** The organization's keys that are not revoked, the newest first. */
export const listOrganizationApiKeys = async (ctx: OrganizationContext, { limit, cursor }: PageQuery) => {
  const beyond = fromCursor(z.string(), cursor)
  const rows = await listApiKeys(ctx.db, ctx.organizationId, beyond, limit + 1)
  const page = pageOf(rows, limit, ({ key }) => key.id)
  return { ...page, items: page.items.map(({ key, createdByName }) => viewApiKey(key, createdByName)) }
}
