import { expect, test } from 'vitest'
import { z } from 'zod'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { Budget } from '../../worker/features/budgets/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { aLaboratory } from '../support/laboratory/laboratory.ts'
import { until } from '../support/product/client.ts'

/** What runs of the real gateway cost, by its own prices, stops its agent at a budget; more money lets it go on. */

const lab = aLaboratory({ agent: 'Scout' })

const Source = z.object({
  sourceConfig: z.object({ agents: z.object({ entries: z.record(z.string(), z.record(z.string(), z.unknown())) }) }),
})
const entry = async () => Source.parse(await lab.operator.call('config.get', {})).sourceConfig.agents.entries.scout
const began = async (message: string) => {
  const runId = crypto.randomUUID()
  await lab.operator.call('agent', {
    ...{ message, agentId: 'scout', sessionKey: 'agent:scout:lab', idempotencyKey: runId },
  })
  return runId
}
const ended = async (runId: string) =>
  z.looseObject({ status: z.string() }).parse(await lab.operator.call('agent.wait', { runId, timeoutMs: 60_000 }))
/** The model's nth call: one token more each time, of which 200 are cached, at $3, $15 and $0.30 a million. */
const priceOf = (call: number) => (1_000 + call - 200) * 3 + 50 * 15 + 200 * 0.3

test('runs that follow each other at once are priced one by one, stop the agent at the limit, and go on with more', async ({
  skip,
}) => {
  lab.needs(skip)
  const before = await entry()
  const { id } = await lab.client.post(Budget, '/budgets', {
    ...{ name: 'Scout', scope: { kind: 'agent', agentId: lab.agent.id }, period: 'month' },
    ...{ limitMicroUsd: Math.round(priceOf(1) + priceOf(2) + priceOf(3)), onLimit: 'stop' },
  })
  const shown = () => lab.client.get(Budget, `/budgets/${id}`)
  const reaches = (what: string, holds: (budget: Budget) => boolean) =>
    until(what, async () => {
      const budget = await shown()
      return holds(budget) ? budget : null
    })
  for (const runId of [await began('one'), await began('two')]) await ended(runId)
  const two = await reaches('two runs', ({ standing }) => standing.runs === 2)
  expect(two.standing).toMatchObject({
    spentMicroUsd: Math.round(priceOf(1)) + Math.round(priceOf(2)),
    unpricedRuns: 0,
    state: 'ok',
    breaker: { state: 'closed' },
  })
  await ended(await began('three'))
  await reaches('the agent to be stopped', ({ standing }) => standing.breaker.orderIds.length > 0)
  await until('the gateway to hold it', async () =>
    JSON.stringify(await entry()).includes('"deny":["*"]') ? true : null,
  )
  const calls = lab.model.requests.length
  await ended(await began('TOOL:exec {"command":"id"}'))
  expect(lab.model.requests.slice(calls).flatMap(({ tools }) => tools ?? [])).toEqual([])

  const raised = await fetch(`${lab.server.url}/api/v1/budgets/${id}`, {
    method: 'PATCH',
    headers: {
      ...{ authorization: await lab.client.authorization(), 'content-type': 'application/json', 'if-match': '"1"' },
    },
    body: JSON.stringify({ limitMicroUsd: 1_000_000 }),
  })
  expect(raised.status, await raised.text()).toBe(200)
  await reaches('the agent to be let go', ({ standing }) => standing.breaker.state === 'closed')
  await until('the agent as it was', async () =>
    JSON.stringify(await entry()) === JSON.stringify(before) ? true : null,
  )
  // What is written the gateway applies a moment later.
  await until('its tools', async () =>
    JSON.stringify(await lab.operator.call('tools.effective', { sessionKey: 'agent:scout:lab' })).includes('"exec"')
      ? true
      : null,
  )
  const soFar = lab.model.requests.length
  await ended(await began('EXEC:echo on'))
  const asked = lab.model.requests.slice(soFar)
  expect(asked.some(({ messages }) => messages.some(({ role }) => role === 'tool'))).toBe(true)
  // The stopped run called nobody, and costs nothing that another has cost.
  const paid = (call: number) => Math.round(priceOf(call))
  const last = await reaches('all runs', ({ standing }) => standing.runs === 5)
  expect(last.standing).toMatchObject({
    spentMicroUsd: paid(1) + paid(2) + paid(3) + Math.round(priceOf(4) + priceOf(5)),
    unpricedRuns: 1,
  })
  const types = (await lab.client.get(PageOf(AuditEntry), `/audit/events?target=${id}&limit=50&order=oldest`)).items
  expect(types.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['budget.created', 'budget.exceeded', 'budget.updated', 'budget.reset']),
  )
})
