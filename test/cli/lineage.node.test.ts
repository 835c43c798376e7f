import { expect, test } from 'vitest'
import { LedgerRow } from '../../cli/gateway/frames.ts'
import { ledgerDraft } from '../../cli/gateway/ledger.ts'
import { Lineage } from '../../cli/gateway/lineage.ts'
import { Normaliser } from '../../cli/gateway/normalise.ts'
import type { EventDraft } from '../../cli/journal/draft.ts'
import { ConnectorEvent } from '../../worker/features/connectors/link/events/contract.ts'

const start = (runId: string, sessionKey: string, spawnedBy?: string) => ({
  ...{ runId, sessionKey, stream: 'lifecycle', data: { phase: 'start' } },
  ...(spawnedBy === undefined ? {} : { spawnedBy }),
})
const began = (runId: string): EventDraft => ({
  ...{ type: 'run.started', key: `run.started:${runId}`, at: '2026-11-21T10:00:00.000Z' },
  payload: { agent: 'main', sessionKey: 'agent:main:main', runId },
})
const originOf = (lineage: Lineage, runId: string) => {
  const { payload } = lineage.placed(began(runId))
  return 'runId' in payload && 'parentRunId' in payload ? [payload.parentRunId, payload.rootRunId] : null
}

test('a sub-agent’s first run belongs to the run that spawned it, a deeper one also to where it all began', () => {
  const lineage = new Lineage()
  lineage.heard('agent', start('r1', 'main'))
  lineage.heard('agent', start('r2', 'child', 'main'))
  lineage.heard('agent', start('r3', 'grandchild', 'child'))
  expect(['r1', 'r2', 'r3'].map((runId) => originOf(lineage, runId))).toEqual([null, ['r1', 'r1'], ['r2', 'r1']])
})

test('what an operator says to a sub-agent later, and a child whose parent nobody heard, begin anew', () => {
  const lineage = new Lineage()
  lineage.heard('agent', start('r1', 'main'))
  lineage.heard('agent', start('r2', 'child', 'main'))
  lineage.heard('agent', start('r4', 'child', 'main'))
  lineage.heard('agent', start('r5', 'other', 'unheard'))
  lineage.heard('chat', start('r6', 'third', 'main'))
  lineage.heard('agent', { nonsense: true })
  expect(['r4', 'r5', 'r6'].map((runId) => originOf(lineage, runId))).toEqual([null, null, null])
})

test('a run that hands a sub-agent’s result on belongs to the one whose end it tells, as the gateway names them', () => {
  const lineage = new Lineage()
  const [root, child, grandchild] = ['r', 'c', 'g'].map((first) =>
    first.repeat(8).concat('-0000-4000-8000-000000000000'),
  )
  const [above, below] = ['agent:main:subagent:one', 'agent:main:subagent:two']
  lineage.heard('agent', start(root ?? '', 'agent:main:main'))
  lineage.heard('agent', start(child ?? '', above ?? '', 'agent:main:main'))
  lineage.heard('agent', start(grandchild ?? '', below ?? '', above ?? ''))
  const told = `announce:v1:${below}:${grandchild}`
  const woken = `announce:v1:${above}:${child}:wake`
  const toldAbove = `announce:v1:${above}:${woken}`
  const settled = `announce:requester-settle:main:agent:main:main:${child},${grandchild}:yield-2:retry-1`
  lineage.heard('agent', start(told, above ?? ''))
  lineage.heard('agent', start(woken, above ?? ''))
  lineage.heard('agent', start(toldAbove, 'agent:main:main'))
  lineage.heard('agent', start(settled, 'agent:main:main'))
  const origins = [told, woken, toldAbove, settled].map((runId) => originOf(lineage, runId))
  expect(origins).toEqual([grandchild, child, woken, grandchild].map((parent) => [parent, root]))
  // What it spawns in its turn belongs to the same trace.
  lineage.heard('agent', start('later', 'agent:main:subagent:three', 'agent:main:main'))
  expect(originOf(lineage, 'later')).toEqual([settled, root])
})

test('nothing is made up for a run that tells the end of one that nobody heard', () => {
  const lineage = new Lineage()
  lineage.heard('agent', start('announce:v1:agent:main:subagent:one:unheard', 'agent:main:main'))
  expect(originOf(lineage, 'announce:v1:agent:main:subagent:one:unheard')).toBeNull()
})

test('a run that begins twice keeps the one that began it', () => {
  const lineage = new Lineage()
  lineage.heard('agent', start('r1', 'main'))
  for (const _ of [1, 2]) lineage.heard('agent', start('r2', 'child', 'main'))
  expect(originOf(lineage, 'r2')).toEqual(['r1', 'r1'])
})

test('ids that are longer than one is kept are told apart, and are the same live and in the gateway’s ledger', () => {
  const batch = (last: string) =>
    `announce:requester-settle:main:agent:main:main:${Array.from({ length: 9 }, () => 'r1'.repeat(18)).join(',')},${last}`
  const lineage = new Lineage()
  lineage.heard('agent', start('r1', 'main'))
  lineage.heard('agent', start('c1', 'child', 'main'))
  const idsOf = (runId: string) => {
    const said = { ...start(runId, 'main'), agentId: 'main', seq: 1, ts: 1_000 }
    lineage.heard('agent', said)
    const live = new Normaliser().take('agent', said)
    const row = {
      ...{ sequence: 1, occurredAt: 1_000, kind: 'run', status: 'ok', agentId: 'main' },
      sessionKey: 'main',
      runId,
    }
    const kept = ledgerDraft(LedgerRow.parse({ ...row, action: 'agent.run.started' }))
    const drafts = [...(live.kind === 'events' ? live.drafts : []), ...(kept ? [kept] : [])]
    return drafts.map((draft) => lineage.placed(draft))
  }
  const [one, other] = [idsOf(batch('c1')), idsOf(batch('r1'))]
  for (const drafts of [one, other]) {
    expect(drafts.map(({ type }) => type)).toEqual(['run.started', 'run.started'])
    expect(drafts[0]).toMatchObject({ key: drafts[1]?.key, payload: drafts[1]?.payload ?? {} })
    for (const draft of drafts) expect(ConnectorEvent.safeParse({ ...draft, n: 1 }).error).toBeUndefined()
  }
  expect(one[0]?.payload).toMatchObject({ parentRunId: 'c1', rootRunId: 'r1' })
  expect(one[0]?.key).not.toBe(other[0]?.key)
})
