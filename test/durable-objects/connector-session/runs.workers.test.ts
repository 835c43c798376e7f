import { env, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { ConnectorSession } from '../../../durable-objects/connector-session/connector-session.ts'
import { OpenRuns } from '../../../durable-objects/connector-session/runs.ts'
import type { ConnectorEvent } from '../../../worker/features/connectors/link/events/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 3, 0, second)).toISOString()
const run = (runId: string) => ({ agent: 'main', sessionKey: 'agent:main', runId })
const started = (runId: string, second: number): ConnectorEvent => ({
  n: 1,
  key: `run.started:${runId}`,
  at: at(second),
  type: 'run.started',
  payload: run(runId),
})
const restarted = (second: number): ConnectorEvent => ({
  n: 1,
  key: `gateway.connected:${second}`,
  at: at(second),
  type: 'gateway.connected',
  payload: { version: '1', bootId: 'boot', restarted: true },
})

const openAfter = async (events: ConnectorEvent[]) => {
  const session = env.CONNECTOR_SESSION.get(env.CONNECTOR_SESSION.idFromName(newId('con')))
  return runInDurableObject(session, (_: ConnectorSession, { storage }) => {
    const runs = new OpenRuns(storage.sql)
    return events.map((event) => runs.follow([event]).at(-1)?.openRuns ?? null)
  })
}

test('a restart ends the runs from before it, and those found only afterwards too', async () => {
  expect(await openAfter([started('seen', 1), restarted(5), started('found later', 3), started('new', 6)])).toEqual([
    1, 0, 0, 1,
  ])
})

test('an older restart told late ends nothing that came after it', async () => {
  expect(await openAfter([restarted(5), started('new', 6), restarted(2), started('another', 7)])).toEqual([
    null,
    1,
    null,
    2,
  ])
})
