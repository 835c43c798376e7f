import { getTableColumns } from 'drizzle-orm'
import { recordedRow } from '../test/features/rules/recorded.ts'
import { approvals } from '../worker/features/approvals/schema.ts'
import { Me } from '../worker/features/auth/contract.ts'
import { ReplayResult, type Rule } from '../worker/features/rules/contract.ts'
import { alternate, percentile, spread } from './support/figures.ts'
import { type Product, startProduct } from './support/product.ts'
import { aRequest } from './support/rule-set.ts'

const requests = 100_000
const rounds = 5

/** A replay of many recorded requests through the API, and in turn one of the same requests without any rule. */
export const replayed = async (rules: readonly Rule[]) => {
  const product = await startProduct()
  const range = await filled(product)
  const replay = async (list: readonly Rule[]): Promise<number> => {
    const startedAt = performance.now()
    const answer = await fetch(`${product.url}/api/v1/approvals/rules/replay`, {
      method: 'POST',
      headers: { authorization: await product.client.authorization(), 'content-type': 'application/json' },
      body: JSON.stringify({ ...range, rules: list }),
    })
    const text = await answer.text()
    const tookMs = performance.now() - startedAt
    const result = ReplayResult.parse(JSON.parse(/event: result\ndata: (.*)/.exec(text)?.[1] ?? 'null'))
    if (result.scanned !== requests) throw new Error(`${result.scanned} were replayed`)
    if (list.length > 0 && result.rules.at(-1)?.hits !== requests) throw new Error('other rules were met')
    return tookMs
  }
  const [ruled, unruled]: [number[], number[]] = [[], []]
  await replay(rules)
  await alternate(
    rounds,
    async () => void ruled.push(await replay(rules)),
    async () => void unruled.push(await replay([])),
  )
  await product.stop()
  return {
    perSecond: (requests / percentile(ruled, 0.5)) * 1_000,
    readingShare: percentile(unruled, 0.5) / percentile(ruled, 0.5),
    figures: { rules: spread(ruled), withoutRules: spread(unruled), unit: `ms for ${requests} requests` },
  }
}

/** Writes the requests straight into the database, each like no other. */
const filled = async (product: Product) => {
  const { organization } = await product.client.get(Me, '/me')
  const database = await product.database()
  const columns = Object.entries(getTableColumns(approvals))
  const perStatement = 500
  const [first, last] = [aRequest(0), aRequest(requests - 1)]
  for (let from = 0; from < requests; from += perStatement) {
    const rows = Array.from({ length: perStatement }, (_, index) =>
      recordedRow(organization.id, aRequest(from + index)),
    )
    const given = columns.filter(([name]) => rows[0] && name in rows[0])
    const names = given.map(([, column]) => column.name).join(', ')
    const values = given.map(([name]) => `json_extract(value, '$.${name}')`).join(', ')
    await database
      .prepare(`insert into approvals (${names}) select ${values} from json_each(?)`)
      .bind(JSON.stringify(rows))
      .run()
  }
  return { from: new Date(first.at).toISOString(), to: new Date(last.at + 1).toISOString() }
}
