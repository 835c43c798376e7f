import type { Command } from 'commander'
import type { z } from 'zod'
import { CostByAgent, CostByModel, CostSummary, type CostSums } from '../../worker/features/cost/contract.ts'
import { pageLimitMax } from '../../worker/platform/contract.ts'
import { Session } from '../api/session.ts'
import { type Columns, note, print, printJson, table } from '../output/output.ts'
import { priceOf } from './budgets/money.ts'
import { type JsonOption, withJson } from './json-option.ts'
import { count, defaultCount } from './pages.ts'

type Options = JsonOption & { from?: string; to?: string }
type PageOptions = Options & { limit?: number }

const sums = {
  runs: ({ runs }: CostSums) => runs,
  'input tokens': ({ inputTokens }: CostSums) => inputTokens,
  'output tokens': ({ outputTokens }: CostSums) => outputTokens,
  cost: priceOf,
}

const ranged = (command: Command): Command =>
  withJson(
    command
      .option('--from <day>', 'the first day (UTC), such as 2026-11-01; else thirty days')
      .option('--to <day>', 'the last day; else today'),
  )

export function registerCost(program: Command): void {
  const cost = program.command('cost').description('what agents used, as their gateways priced it')
  ranged(cost.command('summary').description('what was used, day by day')).action(
    async ({ json, ...range }: Options) => {
      const summary = await (await Session.open(process.env)).get('/cost/summary', CostSummary, range)
      if (json) return printJson(summary)
      const days = summary.byDay.filter(({ runs }) => runs > 0)
      print(table([...days, { ...summary.total, day: 'all' }], { day: ({ day }) => day, ...sums }))
      tellRange(summary)
    },
  )
  ranged(
    cost.command('by-agent').description('the costliest agents first').option('--limit <count>', 'how many', count),
  ).action((options: PageOptions) =>
    showPages(options, '/cost/by-agent', CostByAgent, {
      agent: ({ name }) => name,
      connector: ({ connectorId }) => connectorId,
      ...sums,
    }),
  )
  ranged(
    cost.command('by-model').description('the costliest models first').option('--limit <count>', 'how many', count),
  ).action((options: PageOptions) =>
    showPages(options, '/cost/by-model', CostByModel, { model: ({ model }) => model ?? 'not told', ...sums }),
  )
}

interface Sums<Item> {
  items: Item[]
  nextCursor: string | null
  from: string
  to: string
  dataAsOf: string
}

async function showPages<Item>(
  { json, limit: wanted = defaultCount, from, to }: PageOptions,
  path: string,
  schema: z.ZodType<Sums<Item>>,
  columns: Columns<Item>,
): Promise<void> {
  const session = await Session.open(process.env)
  const items: Item[] = []
  const read = (cursor?: string) =>
    session.get(path, schema, { from, to, cursor, limit: Math.min(wanted - items.length, pageLimitMax) })
  let page = await read()
  items.push(...page.items)
  while (page.nextCursor !== null && items.length < wanted) {
    page = await read(page.nextCursor)
    items.push(...page.items)
  }
  if (json) return printJson({ ...page, items })
  print(items.length === 0 ? 'No run has ended in these days.' : table(items, columns))
  tellRange(page)
}

const tellRange = ({ from, to, dataAsOf }: { from: string; to: string; dataAsOf: string }): void =>
  note(`${from} to ${to} (UTC), as of ${dataAsOf}`)
