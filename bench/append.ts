import { setTimeout as sleep } from 'node:timers/promises'
import { startBare } from './support/bare.ts'
import { alternate, percentile, round, spread } from './support/figures.ts'
import { EventSocket, openLink, rosterOf, toolEvents } from './support/link.ts'
import { startProduct } from './support/product.ts'
import { atLeast, figure, type Line, report } from './support/results.ts'

const rounds = 12
const eventsOf: Record<number, number> = { 1: 150, 10: 1_000, 100: 3_000 }
/** What the log does in a moment of rest, index and tree, takes nothing from the round of the bare object behind it. */
const restMs = 400

/**
 * Events from a connector's socket into the audit sequence, acknowledged, against a bare Durable Object that takes the
 * same frames over a socket and inserts a row for each event: no hashing, no masking, no second object.
 */
export const append = async (): Promise<void> => {
  const product = await startProduct()
  const bare = await startBare()
  const link = await openLink(product)
  await link.tell([rosterOf(1)], 1)
  const plain = new EventSocket(`${bare.direct}/append`)
  await plain.open()
  const lines: Line[] = []
  const figures: Record<string, unknown> = {}
  for (const [key, count] of Object.entries(eventsOf)) {
    const size = Number(key)
    const rate = async (socket: EventSocket): Promise<number> => {
      const events = toolEvents(count)
      const startedAt = performance.now()
      await socket.tell(events, size)
      return (count / (performance.now() - startedAt)) * 1_000
    }
    await rate(link)
    await rate(plain)
    const ours: number[] = []
    const theirs: number[] = []
    await alternate(
      rounds,
      async () => {
        ours.push(await rate(link))
        await sleep(restMs)
      },
      async () => {
        theirs.push(await rate(plain))
        await sleep(restMs)
      },
    )
    const ratio = round(percentile(ours, 0.5) / percentile(theirs, 0.5))
    const what = `events a second in frames of ${size}, of a bare object's rate`
    lines.push(size === 100 ? atLeast(what, ratio, 'of it', 0.6) : figure(what, ratio, 'of it'))
    figures[`frames of ${size}`] = { clawbutler: spread(ours), bare: spread(theirs), unit: 'events/s' }
  }
  report('append', lines, figures)
  await Promise.all([product.stop(), bare.stop()])
}
