import { get, type IncomingMessage } from 'node:http'
import { AuditEntry } from '../worker/features/audit/contract.ts'
import { Page } from '../worker/platform/contract.ts'
import { percentile, round, spread } from './support/figures.ts'
import { type EventSocket, openLink, rosterOf, toolEvents } from './support/link.ts'
import { residentBytes } from './support/processor.ts'
import { type Product, startProduct } from './support/product.ts'
import { atMost, figure, report } from './support/results.ts'

const readers = 200
const events = 150
const idle = 1_000
const heartbeatMs = 8_000
const listings = 300

/** From an event's commit to the last of 200 readers; and what 1,000 connectors cost that only keep their sockets. */
export const activity = async (): Promise<void> => {
  const product = await startProduct()
  const link = await openLink(product)
  await link.tell([rosterOf(1)], 1)
  const delays = await fanOut(product, link)
  const crowd = await idleConnectors(product)
  report(
    'activity',
    [
      atMost(`commit until the last of ${readers} readers has it, p95`, percentile(delays, 0.95), 'ms', 100),
      figure(`memory of the runtime for each of ${idle} idle connectors`, crowd.kilobytesEach, 'KB'),
      figure(`list of agents beside ${idle} idle connectors, p50`, crowd.listingBeside.p50, 'ms'),
      figure('list of agents without them, p50', crowd.listingAlone.p50, 'ms'),
    ],
    { 'ms from commit to the last reader': spread(delays), idle: crowd },
  )
  await product.stop()
}

/** The delay of each event in ms, by its own time of record, which is taken just before its commit. */
const fanOut = async (product: Product, link: EventSocket): Promise<number[]> => {
  const [newest] = (await product.client.get(Page(AuditEntry), '/audit/events?limit=1')).items
  const after = newest?.seq ?? 0
  const delays: number[] = []
  const heard = new Map<number, number>()
  let complete: () => void = () => undefined
  const streams = await Promise.all(
    Array.from({ length: readers }, async () => {
      const stream = await openStream(product, `after=${after}&type=tool.`)
      onEvents(stream, (seq, recordedAt) => {
        const count = (heard.get(seq) ?? 0) + 1
        heard.set(seq, count)
        if (count < readers) return
        delays.push(Date.now() - recordedAt)
        complete()
      })
      return stream
    }),
  )
  // The first ones find streams that still open.
  for (let index = 0; index < events + 10; index++) {
    const all = new Promise<void>((resolve) => {
      complete = resolve
    })
    await link.tell(toolEvents(1), 1)
    await all
  }
  for (const stream of streams) stream.destroy()
  return delays.slice(10)
}

const openStream = async (product: Product, query: string): Promise<IncomingMessage> => {
  const authorization = await product.client.authorization()
  const url = `${product.url}/api/v1/activity/events?${query}`
  return new Promise((resolve, reject) => {
    get(url, { headers: { authorization }, agent: false }, resolve).on('error', reject)
  })
}

/** Reads as little of each event as the measurement needs: the readers share one process. */
const onEvents = (stream: IncomingMessage, take: (seq: number, recordedAt: number) => void): void => {
  let rest = ''
  stream.on('error', () => undefined)
  stream.setEncoding('utf8').on('data', (text: string) => {
    rest += text
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const match = /"seq":(\d+).*?"recordedAt":"([^"]+)"/s.exec(block)
      if (match?.[1] && match[2]) take(Number(match[1]), Date.parse(match[2]))
    }
  })
}

const idleConnectors = async (product: Product) => {
  const listingAlone = spread(await listingTimes(product))
  const before = residentBytes(product.pid)
  const links: EventSocket[] = []
  for (let index = 0; index < idle; index += 20)
    links.push(...(await Promise.all(Array.from({ length: 20 }, (_, n) => openLink(product, `Idle ${index + n}`)))))
  const beats = links.map((link, index) => {
    const beat = () => link.socket.send('ping')
    let timer = setTimeout(
      () => {
        beat()
        timer = setInterval(beat, heartbeatMs)
      },
      (heartbeatMs * index) / idle,
    )
    return () => clearTimeout(timer)
  })
  // Two heartbeats long, so that what only opening took has been given back.
  await new Promise((resolve) => setTimeout(resolve, 2 * heartbeatMs))
  const bytes = residentBytes(product.pid) - before
  const listingBeside = spread(await listingTimes(product))
  for (const stop of beats) stop()
  const alive = links.filter(({ socket }) => socket.readyState === socket.OPEN).length
  for (const { socket } of links) socket.terminate()
  return { kilobytesEach: round(bytes / idle / 1_024, 1), alive, listingAlone, listingBeside, unit: 'ms' }
}

const listingTimes = async ({ url, client }: Product): Promise<number[]> => {
  const authorization = await client.authorization()
  const times: number[] = []
  for (let index = 0; index < listings; index++) {
    const startedAt = performance.now()
    await (await fetch(`${url}/api/v1/agents`, { headers: { authorization } })).arrayBuffer()
    times.push(performance.now() - startedAt)
  }
  return times
}
