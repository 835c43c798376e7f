import { expect, test } from 'vitest'
import { runCommand } from '../support/product/command.ts'
import { anApi, idOf } from './api.ts'

const away = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ...{ agentId: idOf('agt', n), name: `Agent ${n}`, outcome: 'connector_offline', searchedBy: null },
    ...{ hits: 0, isComplete: false },
  }))
const busy = { ...away(1)[0], agentId: idOf('agt', 99), name: 'Scout', outcome: 'busy' }

test('agents that were not searched are told in one line for each reason, however many they are', async () => {
  const found = { hits: [], agents: [...away(38), busy], notAsked: 2, isComplete: false }
  const api = await anApi({ 'GET /memory/search': () => [200, found] })
  const { stderr } = await runCommand(['memory', 'search', 'kind'], api.env)
  expect(stderr.split('\n').slice(0, 3)).toEqual([
    'Agent 0, Agent 1, Agent 2, Agent 3, Agent 4 and 33 more were not searched: connector_offline.',
    'Scout was not searched: busy.',
    '2 agents were not asked.',
  ])
  const alone = await anApi({ 'GET /memory/search': () => [200, { ...found, agents: away(1), notAsked: 0 }] })
  expect((await runCommand(['memory', 'search', 'kind'], alone.env)).stderr).toContain('Agent 0 was not searched')
})
