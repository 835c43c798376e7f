import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import json5 from 'json5'
import { z } from 'zod'
import { sentinel } from '../../../worker/features/connectors/link/questions/contract.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { isLoopback } from '../../gateway/tokens.ts'
import { isTree, type Tree } from '../../plugin/merge-patch.ts'

const SystemInfo = z.object({ hostname: z.string() })

/**
 * The gateway's own configuration file, with its secrets; null where it is not on this machine or this user may not read
 * it. A loopback address may be a tunnel, so the gateway must name this machine as its own.
 */
export async function readOwnFile(session: GatewaySession, path: string): Promise<Tree | null> {
  if (!(await isOnThisMachine(session))) return null
  try {
    const file: unknown = json5.parse(await readFile(path, 'utf8'))
    return isTree(file) ? file : null
  } catch {
    return null
  }
}

const here = new WeakMap<GatewaySession, Promise<boolean>>()

/** Asked once in each session: a machine does not move. */
export function isOnThisMachine(session: GatewaySession): Promise<boolean> {
  const known = here.get(session)
  if (known) return known
  const asked = asksWhere(session)
  here.set(session, asked)
  return asked
}

async function asksWhere(session: GatewaySession): Promise<boolean> {
  if (!isLoopback(session.url)) return false
  const told = await session.call('system.info', {}, SystemInfo).catch(() => null)
  return told?.hostname === hostname()
}

export interface Unredacted {
  value: unknown
  /** Where the gateway took a secret out and the file has none in its place. */
  unknown: string[]
}

/** What the gateway told, with the file's own words wherever the gateway took a secret out. */
export function unredacted(told: unknown, file: unknown, path = ''): Unredacted {
  if (typeof told === 'string' && told.includes(sentinel)) {
    const isThere = typeof file === 'string' && !file.includes(sentinel)
    return isThere ? { value: file, unknown: [] } : { value: told, unknown: [path] }
  }
  if (Array.isArray(told)) {
    const items = told.map((item, at) => unredacted(item, Array.isArray(file) ? file[at] : undefined, `${path}/${at}`))
    return { value: items.map(({ value }) => value), unknown: items.flatMap(({ unknown }) => unknown) }
  }
  if (!isTree(told)) return { value: told, unknown: [] }
  const parts = Object.entries(told).map(
    ([name, inner]) =>
      [name, unredacted(inner, isTree(file) ? file[name] : undefined, `${path}/${pointed(name)}`)] as const,
  )
  return {
    value: Object.fromEntries(parts.map(([name, { value }]) => [name, value])),
    unknown: parts.flatMap(([, { unknown }]) => unknown),
  }
}

/** A name as it stands in a JSON pointer. */
export const pointed = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
