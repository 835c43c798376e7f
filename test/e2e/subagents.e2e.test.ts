import { expect, test } from 'vitest'
import { z } from 'zod'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { Trace } from '../../worker/features/audit/traces/contract.ts'
import { Page } from '../../worker/platform/contract.ts'
import { aLaboratory } from '../support/laboratory/laboratory.ts'
import { sendMessage, waitForRun } from '../support/openclaw/operator.ts'
import { until } from '../support/product/client.ts'

/**
 * Runs that real runs of the real gateway spawn stand in the trace of the run in which it all began. The gateway hides
 * `sessions_spawn` behind its Tool Search, so it is called as a model calls it: by name through `tool_call`.
 */

const lab = aLaboratory()

const toSpawn = (task: string) => `TOOL:tool_call ${JSON.stringify({ id: 'sessions_spawn', args: { task } })}`
const startedRuns = async () =>
  (await lab.client.get(Page(AuditEntry), '/audit/events?type=run.started&limit=200')).items.map(
    ({ traceId, payload }) => ({
      traceId,
      ...z.object({ runId: z.string(), sessionKey: z.string() }).parse(payload),
    }),
  )
const runsOf = async (traceId: string) => {
  const trace = await lab.client.get(Trace, `/audit/traces/${traceId}`)
  const payloads = new Map(trace.events.map(({ seq, payload }) => [seq, payload]))
  return trace.spans
    .filter(({ kind }) => kind === 'run')
    .map(({ id, parentId, endedAt, events }) => {
      const { runId, sessionKey } = payloads.get(events[0] ?? 0) ?? {}
      return { id, parentId, endedAt, runId: String(runId), sessionKey: String(sessionKey) }
    })
}
/** The runs of a trace, once all of them have ended and `isWhole` says that they are all. */
const wholeFamily = (traceId: string, isWhole: (runs: Awaited<ReturnType<typeof runsOf>>) => boolean) =>
  until(
    'the whole family',
    async () => {
      const runs = await runsOf(traceId)
      return isWhole(runs) && runs.every(({ endedAt }) => endedAt !== null) && runs
    },
    90_000,
  )
const isSpawned = ({ sessionKey, runId }: { sessionKey: string; runId: string }) =>
  sessionKey.includes(':subagent:') && !runId.startsWith('announce:')
const tells = (run: { runId: string }, of: { runId: string } | undefined) =>
  run.runId.startsWith('announce:') && run.runId.endsWith(of?.runId ?? '')

test('a child, its child, and the runs that hand their results back stand in the trace of the first run', async ({
  skip,
}) => {
  lab.needs(skip)
  const runId = await sendMessage(lab.operator, 'agent:main:family', toSpawn(toSpawn('hello')))
  await waitForRun(lab.operator, runId)
  const { traceId } = await until('the first run', async () => (await startedRuns()).find((run) => run.runId === runId))
  const runs = await wholeFamily(traceId ?? '', (all) => {
    const [, grandchild] = all.filter(isSpawned)
    return grandchild !== undefined && all.some((run) => tells(run, grandchild))
  })
  const [child, grandchild] = runs.filter(isSpawned)
  const first = runs.find((run) => run.runId === runId)
  const told = runs.find((run) => tells(run, grandchild))
  expect([first?.parentId, child?.parentId, grandchild?.parentId]).toEqual([null, first?.id, child?.id])
  // Its result comes back into the conversation of the one that spawned it.
  expect([told?.parentId, told?.sessionKey]).toEqual([grandchild?.id, child?.sessionKey])
}, 200_000)

test('what a scheduled job spawns stands in the trace of the job’s run', async ({ skip }) => {
  lab.needs(skip)
  const job = await lab.operator.call('cron.add', {
    ...{ name: 'Family', enabled: true, agentId: 'main', sessionTarget: 'isolated', delivery: { mode: 'none' } },
    schedule: { kind: 'every', everyMs: 3_600_000 },
    payload: { kind: 'agentTurn', message: toSpawn('hello from the job') },
  })
  const { id } = z.object({ id: z.string() }).parse(job)
  await lab.operator.call('cron.run', { id, mode: 'force' })
  const ofJob = await until('the job', async () =>
    (await startedRuns()).find(({ sessionKey }) => sessionKey.startsWith(`agent:main:cron:${id}`)),
  )
  const runs = await wholeFamily(ofJob.traceId ?? '', (all) => all.some(isSpawned))
  const child = runs.find(isSpawned)
  const first = runs.find(({ runId }) => runId === ofJob.runId)
  expect([first?.parentId, child?.parentId]).toEqual([null, first?.id])
}, 200_000)

test('no run is without a trace, and each is told once', async ({ skip }) => {
  lab.needs(skip)
  const runs = await startedRuns()
  expect(runs.filter(({ traceId }) => traceId === null)).toEqual([])
  expect(runs.map(({ runId }) => runId)).toEqual([...new Set(runs.map(({ runId }) => runId))])
})
