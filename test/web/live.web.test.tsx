import { QueryClient } from '@tanstack/react-query'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventReader, type Live, queriesTouchedBy, startLive, useLive } from '../../web/live.ts'
import { auditEvents } from '../../worker/features/audit/contract.ts'
import { acting } from './support/acting.ts'
import { anEntry } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { until } from './support/until.ts'

let server: FakeServer
let queryClient: QueryClient
let root: Root
let stop: () => void
let seen: Live

function Watch() {
  seen = useLive()
  return null
}

beforeEach(async () => {
  server = new FakeServer()
  vi.stubGlobal('fetch', server.fetch)
  queryClient = new QueryClient()
  root = createRoot(document.createElement('div'))
  await acting(() => root.render(<Watch />))
})
afterEach(async () => {
  stop()
  await acting(() => root.unmount())
})

const start = async () => {
  stop = startLive(queryClient)
  // What the test before left shown may be `live` as well.
  await until(() => seen.state === 'live' && server.openStreams === 1)
}

describe('the live stream', () => {
  it('shows each entry once, newest first, and makes the queries it touches stale', async () => {
    await start()
    const invalidate = vi.spyOn(queryClient, 'invalidateQueries')
    server.tell(anEntry(11), anEntry(12, { type: 'approval.opened' }), anEntry(12, { type: 'approval.opened' }))
    await until(() => seen.entries.length === 2)
    expect(seen.entries.map((entry) => entry.seq)).toEqual([12, 11])
    const keys = invalidate.mock.calls.map(([filter]) => filter?.queryKey?.[0])
    expect(new Set(keys)).toEqual(new Set(['agents', 'dashboard', 'approvals']))
    expect(keys).toHaveLength(3)
  })

  it('goes on behind the last entry when the server ends it, without a word of trouble', async () => {
    await start()
    server.tell(anEntry(41))
    await until(() => seen.entries.length === 1)
    server.hangUp()
    await until(() => server.openStreams === 1)
    expect(server.callsOf('GET /activity/events').map((call) => call.query.get('after'))).toEqual([null, '41'])
    expect(seen.state).toBe('live')
  })

  it('resumes where it began when nothing has come yet', async () => {
    await start()
    await until(() => server.openStreams === 1)
    server.hangUp()
    await until(() => server.openStreams === 1)
    expect(server.calls.at(-1)?.query.get('after')).toBe('10')
  })

  it('says that it is reconnecting while it is refused, and comes back by itself', async () => {
    await start()
    let refusals = 0
    server.intercept = () => {
      refusals += 1
      return refusals < 2 ? problem(503, 'unavailable') : undefined
    }
    server.hangUp()
    await until(() => seen.state === 'reconnecting')
    await until(() => seen.state === 'live')
  })

  it('lets a line fall that is no entry and goes on', async () => {
    await start()
    server.tell({ ...anEntry(11), type: 'agent.discovered', seq: -1 }, anEntry(12))
    await until(() => seen.entries.length === 1)
    expect(seen.entries[0]?.seq).toBe(12)
  })
})

it('an event that arrives in pieces is read whole, and comments are not data', () => {
  stop = () => {}
  const data: string[] = []
  const read = eventReader({ data: (text) => data.push(text), from: () => {} })
  for (const piece of [': still', ' here\n\nid: 1\nda', 'ta: {"a":1}\r\n', '\r\ndata: {"b"', ':2}\n\n']) read(piece)
  expect(data).toEqual(['{"a":1}', '{"b":2}'])
})

it('every audited event that concerns a list touches that list', () => {
  stop = () => {}
  const areas = {
    approval: 'approvals',
    connector: 'connectors',
    gateway: 'connectors',
    agent: 'agents',
    run: 'agents',
  }
  // That a screen showed a request changes nothing of what is shown; what happens to a job is shown with the jobs.
  const elsewhere = ['approval.shown', 'gateway.cron', 'gateway.jobs']
  for (const type of Object.keys(auditEvents).filter((one) => !elsewhere.includes(one)))
    for (const [area, query] of Object.entries(areas))
      if (type.startsWith(`${area}.`)) expect(queriesTouchedBy(type), type).toContain(query)
})
