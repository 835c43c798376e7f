import { InvalidArgumentError } from 'commander'
import type { z } from 'zod'
import { Page, pageLimitMax } from '../../worker/platform/contract.ts'
import type { Request } from '../api/request.ts'
import type { Session } from '../api/session.ts'

export const defaultCount = 50

export function count(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new InvalidArgumentError('It must be a whole number above zero.')
}

/** The first `wanted` items of a list, over as many pages as that takes. */
export async function listUpTo<T extends z.ZodType>(
  session: Session,
  path: string,
  item: T,
  query: Request['query'],
  wanted = defaultCount,
): Promise<z.output<T>[]> {
  const items: z.output<T>[] = []
  let cursor: string | undefined
  do {
    const limit = Math.min(wanted - items.length, pageLimitMax)
    const page = await session.get(path, Page(item), { ...query, limit, cursor })
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor && items.length < wanted)
  return items
}

/** Every item of a list. */
export const listAll = <T extends z.ZodType>(session: Session, path: string, item: T, query: Request['query']) =>
  listUpTo(session, path, item, query, Number.POSITIVE_INFINITY)
