import { expect, test } from 'vitest'
import { Lineage } from '../../cli/gateway/lineage.ts'
import type { EventDraft } from '../../cli/journal/draft.ts'

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
