import { createServer, type ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { eventData, watchEvents } from '../../cli/api/event-stream.ts'
import { Session } from '../../cli/api/session.ts'
import { aFolder } from './world.ts'

const anEntry = (seq: number) => ({
  seq,
  id: `evt_${'0'.repeat(26)}`,
  type: 'user.signed-out',
  at: '2026-11-21T03:00:00.000Z',
  recordedAt: '2026-11-21T03:00:00.000Z',
  actor: { kind: 'member', id: 'usr' },
  agentId: null,
  connectorId: null,
  target: null,
  risk: 'low',
  traceId: null,
  payload: {},
  leafHash: '',
})
const send = (response: ServerResponse, seq: number) =>
  response.write(`id: ${seq}\nevent: event\ndata: ${JSON.stringify(anEntry(seq))}\n\n`)

/** Watches a server until it has told number 3; answers what was seen, and behind which number each connection began. */
const watched = async (first: (response: ServerResponse) => void, then: (response: ServerResponse) => void) => {
  const resumedFrom: (string | undefined)[] = []
  const server = createServer((request, response) => {
    const last = request.headers['last-event-id']
    resumedFrom.push(typeof last === 'string' ? last : undefined)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (resumedFrom.length > 1) return then(response)
    first(response)
    setTimeout(() => response.destroy(), 50)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const session = await Session.open({
    XDG_CONFIG_HOME: await aFolder(),
    CLAWBUTLER_SERVER: `http://127.0.0.1:${port}/`,
    CLAWBUTLER_API_KEY: 'key',
  })
  const stop = new AbortController()
  const seen: number[] = []
  for await (const { seq } of watchEvents(session, {}, null, stop.signal)) {
    seen.push(seq)
    if (seq === 3) stop.abort()
  }
  return { seen, resumedFrom }
}

test('a watch goes on behind the last event over broken connections, without loss or repeat', async () => {
  const first = (response: ServerResponse) => {
    response.write(': hello\n\n')
    for (const seq of [1, 2]) send(response, seq)
  }
  // A server may repeat what it is not sure was seen.
  const then = (response: ServerResponse) => {
    for (const seq of [2, 3]) send(response, seq)
  }
  expect(await watched(first, then)).toEqual({ seen: [1, 2, 3], resumedFrom: [undefined, '2'] })
})

test('a watch that broke before its first event goes on where it began', async () => {
  const first = (response: ServerResponse) => response.write('retry: 2000\n: from 1\n\n')
  const then = (response: ServerResponse) => {
    for (const seq of [2, 3]) send(response, seq)
  }
  expect(await watched(first, then)).toEqual({ seen: [2, 3], resumedFrom: [undefined, '1'] })
})

test('events that arrive in pieces are put together', async () => {
  const bytes = new TextEncoder().encode('data: 一\r\ndata: two\r\n\r\n: beat\n\ndata:three\n\ndata: cut')
  const pieces = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
      controller.close()
    },
  })
  const seen: (string | null)[] = []
  for await (const data of eventData(pieces)) seen.push(data)
  expect(seen).toEqual(['一\ntwo', null, 'three'])
})
