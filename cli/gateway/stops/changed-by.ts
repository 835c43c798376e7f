import { z } from 'zod'
import type { Broken, ChangeWay } from '../../../worker/features/connectors/link/stops/contract.ts'
import { cut } from '../bounded.ts'
import { GatewayRequestFailed } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'

type ChangedBy = Pick<z.infer<typeof Broken>, 'by' | 'way' | 'byUnknown'>

const Changes = z.object({
  entries: z.array(
    z.object({
      at: z.number(),
      source: z.string(),
      changedPaths: z.array(z.string()).nullish(),
    }),
  ),
})
const LogTail = z.object({ lines: z.array(z.string()) })
const LogLine = z.object({ message: z.string(), time: z.iso.datetime({ offset: true }) })

const changesMost = 50
const linesMost = 500
const logBytesMost = 250_000

const ways: Record<string, ChangeWay> = {
  'config-rpc': 'api',
  cli: 'cli',
  external: 'file',
  doctor: 'doctor',
  'plugin-install': 'plugin_install',
  'system-agent': 'system_agent',
}

/**
 * What the gateway tells of who re-enabled an agent: the newest change of its own list that touches one of the paths and
 * came after `since` (the agent was found stopped then; both by the gateway's machine), and for one that came through its
 * API the client that its log names. It records nothing of the sort for jobs and plugins, and of no change which person
 * it was. Throws only when the gateway is gone.
 */
export async function changedBy(
  session: Pick<GatewaySession, 'call'>,
  agent: string,
  what: readonly string[],
  since: number,
): Promise<ChangedBy> {
  const paths = what.filter((path) => path.includes('.') && !path.startsWith('cron:'))
  if (paths.length === 0) return unknown('not_recorded')
  const listed = await session
    .call('openclaw.changes.list', { limit: changesMost }, Changes, 30_000)
    .catch(ignoreRefusal)
  if (listed === null) return unknown('no_list')
  const full = paths.map((path) => `agents.entries.${agent}.${path}`)
  const found = listed.entries
    .filter(({ at, changedPaths }) => at >= since && touches(changedPaths ?? [], full))
    .sort((a, b) => b.at - a.at)[0]
  if (!found) return unknown('not_listed')
  const way = ways[found.source] ?? 'other'
  return { by: way === 'api' ? await clientOf(session, agent, since) : null, way, byUnknown: null }
}

const unknown = (byUnknown: NonNullable<ChangedBy['byUnknown']>): ChangedBy => ({ by: null, way: null, byUnknown })

/** A change of unnamed paths may be any; one of a section holds what is in it. */
const touches = (changed: readonly string[], paths: readonly string[]): boolean =>
  changed.length === 0 ||
  changed.some((at) => paths.some((path) => at === path || path.startsWith(`${at}.`) || at.startsWith(path)))

/** The newest write through the API that the log has of this agent since then; null where it is not to be had. */
async function clientOf(session: Pick<GatewaySession, 'call'>, agent: string, since: number): Promise<string | null> {
  const params = { limit: linesMost, maxBytes: logBytesMost }
  const tail = await session.call('logs.tail', params, LogTail, 30_000).catch(ignoreRefusal)
  const written = /config\.(?:patch|apply|set) write actor=(\S+) device=(\S+) ip=(\S+) conn=\S+ changedPaths=(\S+)/
  for (const line of (tail?.lines ?? []).toReversed()) {
    const told = lineOf(line)
    if (!told || Date.parse(told.time) < since) continue
    const [, client = '', device = '', ip = '', changed = ''] = written.exec(told.message) ?? []
    const parts = changed.split(',')
    if (!parts.some((part) => part === 'agents' || `${part}.`.startsWith(`agents.entries.${agent}.`))) continue
    return cut([client, ...known('device', device), ...known('from', ip)].join(', '), 300)
  }
  return null
}

const lineOf = (line: string): z.infer<typeof LogLine> | null => {
  try {
    return LogLine.safeParse(JSON.parse(line)).data ?? null
  } catch {
    return null
  }
}

/** What the gateway does not know of a client it calls unknown-…. */
const known = (name: string, value: string): string[] => (value.startsWith('unknown-') ? [] : [`${name} ${value}`])

function ignoreRefusal(error: unknown): null {
  if (error instanceof GatewayRequestFailed) return null
  throw error
}
