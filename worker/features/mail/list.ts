import { z } from 'zod'
import type { RequestContext } from '../../platform/context.ts'
import type { PageQuery } from '../../platform/contract.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import { unseal } from '../../platform/seal.ts'
import type { OutboxMail } from './contract.ts'
import { listMails } from './store.ts'

/** The outbox, the newest first, opened for the person who runs the machine. */
export const listOutbox = async (ctx: RequestContext, { limit, cursor }: PageQuery) => {
  const rows = await listMails(ctx.db, fromCursor(z.string(), cursor), limit + 1)
  const page = pageOf(rows, limit, ({ id }) => id)
  const items = page.items.map(
    async ({ id, to, subject, text, state, error, createdAt }): Promise<OutboxMail> => ({
      id,
      to,
      subject,
      text: await unseal(ctx.config, id, text),
      state,
      error,
      createdAt: new Date(createdAt).toISOString(),
    }),
  )
  return { ...page, items: await Promise.all(items) }
}
