import { record, recordedRow } from '../test/features/rules/recorded.ts'
import { Me } from '../worker/features/auth/contract.ts'
import type { Rule } from '../worker/features/rules/contract.ts'
import { ReplayResult } from '../worker/features/rules/replay/contract.ts'
import { alternate, percentile, spread } from './support/figures.ts'
import { processorMs } from './support/processor.ts'
import { type Product, startProduct } from './support/product.ts'
import { aRequest } from './support/rule-set.ts'

const requests = 100_000
const rounds = 3

/** A replay of many recorded requests through the API, and in turn one of the same requests without any rule. */
export const replayed = async (rules: readonly Rule[]) => {
  const product = await startProduct()
  const range = await filled(product)
  const replay = async (list: readonly Rule[]) => {
    const startedAt = performance.now()
    const before = processorMs(product.pid)
    const answer = await fetch(`${product.url}/api/v1/approvals/rules/replay`, {
      method: 'POST',
      headers: { authorization: await product.client.authorization(), 'content-type': 'application/json' },
      body: JSON.stringify({ ...range, rules: list }),
    })
    const text = await answer.text()
    const took = { wallMs: performance.now() - startedAt, processorMs: processorMs(product.pid) - before }
    const result = ReplayResult.parse(JSON.parse(/event: result\ndata: (.*)/.exec(text)?.[1] ?? 'null'))
    if (result.scanned !== requests) throw new Error(`${result.scanned} were replayed`)
    if (list.length > 0 && result.rules.at(-1)?.hits !== requests) throw new Error('other rules were met')
    return took
  }
  const [ruled, unruled]: [Took[], Took[]] = [[], []]
  await replay(rules)
  await alternate(
    rounds,
    async () => void ruled.push(await replay(rules)),
    async () => void unruled.push(await replay([])),
  )
  await product.stop()
  const [wall, reading] = [ruled, unruled].map((all) =>
    percentile(
      all.map(({ wallMs }) => wallMs),
      0.5,
    ),
  )
  const told = (all: Took[]) => ({
    wall: spread(all.map(({ wallMs }) => wallMs)),
    processor: spread(all.map((took) => took.processorMs)),
  })
  return {
    perSecond: (requests / (wall ?? Number.NaN)) * 1_000,
    readingShare: (reading ?? Number.NaN) / (wall ?? Number.NaN),
    processorMs: percentile(
      ruled.map((took) => took.processorMs),
      0.5,
    ),
    figures: { rules: told(ruled), withoutRules: told(unruled), unit: `ms for ${requests} requests` },
  }
}

interface Took {
  wallMs: number
  /** Of the runtime, its database included. */
  processorMs: number
}

/** Writes the requests straight into the database, each like no other. */
const filled = async (product: Product) => {
  const { organization } = await product.client.get(Me, '/me')
  const { database } = product
  const [first, last] = [aRequest(0), aRequest(requests - 1)]
  const atOnce = 10_000
  for (let from = 0; from < requests; from += atOnce) {
    const rows = Array.from({ length: atOnce }, (_, index) => recordedRow(organization.id, aRequest(from + index)))
    await record(database, rows)
  }
  return { from: new Date(first.at).toISOString(), to: new Date(last.at + 1).toISOString() }
}
