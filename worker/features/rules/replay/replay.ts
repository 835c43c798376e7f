import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { factsOf } from '../../approvals/index.ts'
import type { CompiledRules } from '../compile-rules.ts'
import { countAsked, recordedRows } from '../store.ts'
import type { ReplayProgress, ReplayResult, ReplayRules } from './contract.ts'
import { Tally } from './tally.ts'
import { rulesToTest } from './test.ts'

const pageSize = 1_000

type ReplayEvent = { event: 'progress'; data: ReplayProgress } | { event: 'result'; data: ReplayResult }

/**
 * Runs rules over the recorded requests of a range and streams how far it is, then the result, as Server-Sent Events.
 * Throws before the stream begins for a draft that could not be saved; a fault later on is an event `problem`. Holds
 * two pages at most, and stops when the reader leaves.
 */
export const replayRules = async (
  ctx: OrganizationContext,
  input: ReplayRules,
): Promise<ReadableStream<Uint8Array>> => {
  const rules = await rulesToTest(ctx, input.rules)
  const events = told(ctx, replayed(ctx, input, rules))
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await events.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      },
      async cancel() {
        await events.return(undefined)
      },
    },
    { highWaterMark: 1 },
  )
}

async function* told(ctx: OrganizationContext, events: AsyncGenerator<ReplayEvent>): AsyncGenerator<string, undefined> {
  try {
    for await (const { event, data } of events) yield framed(event, data)
  } catch (error) {
    logFault('rules.replay-failed', error, { organizationId: ctx.organizationId, requestId: ctx.requestId })
    const told = error instanceof AppError ? error : new AppError('internal', 'The replay broke off.')
    yield framed('problem', told.toProblem(ctx.requestId))
  }
}

const framed = (event: string, data: object) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

async function* replayed(
  ctx: OrganizationContext,
  input: ReplayRules,
  rules: CompiledRules,
): AsyncGenerator<ReplayEvent> {
  const range = { from: Date.parse(input.from), to: Date.parse(input.to) }
  const startedAt = ctx.now().getTime()
  const total = await countAsked(ctx, range)
  const tally = new Tally(rules)
  yield { event: 'progress', data: { scanned: 0, total } }
  let page = recordedRows(ctx, range, null, pageSize)
  for (;;) {
    const rows = await page
    const last = rows.at(-1)
    // The next page is read while this one is evaluated.
    page = last && rows.length === pageSize ? recordedRows(ctx, range, last, pageSize) : Promise.resolve([])
    // Nobody waits for it when the reader leaves now; its failure is then nobody's.
    page.catch(() => undefined)
    for (const row of rows) tally.count(row, rules.verdict(factsOf(row)))
    if (rows.length < pageSize) break
    yield { event: 'progress', data: { scanned: tally.scanned, total } }
  }
  const ms = ctx.now().getTime() - startedAt
  yield { event: 'result', data: tally.result(ms, input.rules === undefined ? rules.version : null) }
}
