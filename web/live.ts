import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { AuditEntry } from '../worker/features/audit/contract.ts'
import { queryString, sendWithSession } from './api.ts'

/** connecting: not there yet. live: heard from within `silenceMaxMs`. reconnecting: lost. offline: the browser is. */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'offline'
export type Live = { state: LiveState; entries: readonly AuditEntry[] }

/** The server writes a comment each 15 s; after this long without a byte the stream is dead, whatever TCP says. */
export const silenceMaxMs = 40_000
const entriesKept = 500
const backoffMs = [500, 1_000, 2_000, 5_000, 10_000, 20_000]

/** Which queries an event makes stale, by the first part of their key. */
export const queriesTouchedBy = (type: string): readonly string[] => {
  const [area] = type.split('.')
  switch (area) {
    case 'approval':
      // That a screen showed it changes nothing of what is shown.
      if (type === 'approval.shown') return []
      return ['approvals', 'dashboard', 'agents']
    case 'connector':
      return ['connectors', 'dashboard', 'agents']
    case 'kill':
      return ['kill', 'agents', 'dashboard', 'budgets']
    case 'rules':
      return ['rules']
    case 'grant':
      return ['grants']
    case 'gateway':
      if (type === 'gateway.jobs' || type === 'gateway.cron') return ['cron']
      if (type === 'gateway.grants') return ['grants', 'connectors']
      return type === 'gateway.roster' ? ['agents', 'connectors', 'dashboard'] : ['connectors', 'dashboard']
    case 'config':
      return ['snapshots', 'drift']
    case 'agent':
      return ['agents', 'connectors', 'dashboard', 'snapshots']
    case 'artifact':
    case 'backup':
    case 'restore':
      return ['artifacts']
    case 'cron':
      return ['cron', 'agents', 'dashboard']
    case 'run':
      // What a run cost is told at its end.
      return type === 'run.ended' ? ['agents', 'dashboard', 'cost', 'budgets'] : ['agents', 'dashboard']
    case 'budget':
      return ['budgets']
    case 'member':
    case 'invitation':
      return ['members', 'invitations', 'me']
    case 'audit':
      return type.startsWith('audit.search-') ? ['audit-searches'] : []
    case 'organization':
      return ['me']
    case 'api-key':
      return ['api-keys']
    case 'session':
      return ['sessions']
    default:
      return []
  }
}

/**
 * Splits a stream of Server-Sent Events into what it says. The server opens with the comment `from <seq>`: the
 * place to resume behind even when no event has come yet.
 */
export const eventReader = (on: { data: (data: string) => void; from: (seq: number) => void }) => {
  let rest = ''
  return (chunk: string) => {
    const blocks = (rest + chunk).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const lines = block.split('\n')
      const from = lines.map((line) => /^: from (\d+)$/.exec(line)?.[1]).find(Boolean)
      if (from) on.from(Number(from))
      const data = lines.flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []))
      if (data.length > 0) on.data(data.join('\n'))
    }
  }
}

let live: Live = { state: 'connecting', entries: [] }
const listeners = new Set<() => void>()

const publish = (next: Partial<Live>) => {
  live = { ...live, ...next }
  for (const listener of listeners) listener()
}
const publishState = (state: LiveState) => {
  if (live.state !== state) publish({ state })
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** How the one stream of this app is, and its newest entries, newest first. */
export const useLive = () => useSyncExternalStore(subscribe, () => live)
/** The newest sequence number that the stream has told; 0 before the first. */
export const newestLiveSeq = () => live.entries[0]?.seq ?? 0
export const useLiveState = () => useSyncExternalStore(subscribe, () => live.state)

/**
 * Opens the app's one event stream and returns what closes it. It is read with fetch and not with EventSource,
 * because EventSource hides both the heartbeat comments and the status of a refusal. Entries are handed on once per
 * animation frame: one update of the list, and one invalidation of each query concerned.
 */
export const startLive = (queryClient: QueryClient) => {
  let stopped = false
  let attempt = 0
  let abort = new AbortController()
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let silenceTimer: ReturnType<typeof setTimeout> | undefined
  let frame = 0
  let arrived: AuditEntry[] = []
  /** The last sequence number known: the stream resumes behind it, so nothing is lost between two connections. */
  let seen: number | undefined
  let waiting = false

  const flush = () => {
    frame = 0
    const known = new Set(live.entries.map((entry) => entry.seq))
    const fresh = [...new Map(arrived.map((entry) => [entry.seq, entry])).values()].filter(({ seq }) => !known.has(seq))
    arrived = []
    if (fresh.length === 0) return
    publish({ entries: [...fresh.toReversed(), ...live.entries].slice(0, entriesKept) })
    for (const key of new Set(fresh.flatMap((entry) => queriesTouchedBy(entry.type))))
      void queryClient.invalidateQueries({ queryKey: [key] })
  }

  const receiveData = (data: string) => {
    let told: unknown
    try {
      told = JSON.parse(data)
    } catch {
      return
    }
    const entry = AuditEntry.safeParse(told)
    if (!entry.success) return
    seen = Math.max(seen ?? 0, entry.data.seq)
    arrived.push(entry.data)
    frame ||= requestAnimationFrame(flush)
  }

  const heard = () => {
    clearTimeout(silenceTimer)
    silenceTimer = setTimeout(() => abort.abort(), silenceMaxMs)
    attempt = 0
    publishState('live')
  }

  /** Reads until the stream ends; true when it ended by itself, as the server lets it from time to time. */
  const connect = async () => {
    abort = new AbortController()
    const receive = eventReader({
      data: receiveData,
      from: (seq) => {
        seen ??= seq
      },
    })
    try {
      const answer = await sendWithSession(`/activity/events${queryString({ after: seen })}`, { signal: abort.signal })
      if (!answer.ok || !answer.body) return false
      heard()
      const decoder = new TextDecoder()
      const reader = answer.body.getReader()
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        heard()
        receive(decoder.decode(part.value, { stream: true }))
      }
      return true
    } catch {
      // Lost, or aborted for silence: both come back through `again`.
      return false
    }
  }

  const again = async () => {
    waiting = false
    clearTimeout(retryTimer)
    const ended = await connect()
    clearTimeout(silenceTimer)
    if (stopped) return
    if (ended && attempt === 0) {
      attempt = 1
      return void again()
    }
    publishState(navigator.onLine ? 'reconnecting' : 'offline')
    waiting = true
    retryTimer = setTimeout(() => void again(), backoffMs[Math.min(attempt, backoffMs.length - 1)])
    attempt += 1
  }

  const onOffline = () => {
    publishState('offline')
    abort.abort()
  }
  const onOnline = () => {
    attempt = 0
    if (waiting) void again()
  }
  addEventListener('offline', onOffline)
  addEventListener('online', onOnline)
  void again()

  return () => {
    stopped = true
    abort.abort()
    clearTimeout(retryTimer)
    clearTimeout(silenceTimer)
    cancelAnimationFrame(frame)
    removeEventListener('offline', onOffline)
    removeEventListener('online', onOnline)
    publish({ state: 'connecting', entries: [] })
  }
}
