import { expect, test } from 'vitest'
import type { KillDrill } from '../../worker/features/kill-switch/contract.ts'
import { runCommand } from '../support/product/command.ts'
import { aConnector } from '../web/support/agents.ts'
import { anApi, idOf } from './api.ts'

const at = '2026-11-21T06:00:00.000Z'
const drills = Array.from({ length: 230 }, (_, n): KillDrill => {
  const of = { connectorId: idOf('con', 1), connectorName: 'edge', orderedBy: { id: idOf('usr', 1), name: 'Lin' } }
  return { id: idOf('drl', n), ...of, state: 'passed', orderedAt: at, endedAt: at, report: null, detail: `the ${n}th` }
})

test('the history of drills is told over as many pages as it takes, of one gateway or of all', async () => {
  const connector = aConnector({ id: idOf('con', 1), name: 'edge' })
  const api = await anApi({
    'GET /connectors': () => [200, { items: [connector], nextCursor: null }],
    'GET /kill-switch/drills': ({ query }) => {
      const [from, limit] = [Number(query.cursor ?? 0), Number(query.limit)]
      const end = from + limit
      return [200, { items: drills.slice(from, end), nextCursor: end < drills.length ? String(end) : null }]
    },
  })
  const all = await runCommand(['kill', 'drills', '--limit', '500', '--json'], api.env)
  expect(JSON.parse(all.stdout)).toEqual({ items: drills })
  const some = await runCommand(['kill', 'drills', '--connector', 'edge', '--limit', '2'], api.env)
  expect([some.code, some.stdout]).toEqual([0, expect.stringContaining('the 1th')])
  expect(some.stdout).not.toContain('the 2th')
  expect(api.asked.at(-1)?.query).toEqual({ connectorId: connector.id, limit: '2' })
  expect((await runCommand(['kill', 'drills', '--connector', 'nowhere'], api.env)).code).toBe(2)
})

test('renaming a group to what it is called already says that nothing changed', async () => {
  const rename = (agents: number): [number, unknown] => [200, { agents }]
  const api = await anApi({
    'PATCH /resource-groups/x': ({ body }) => rename(JSON.stringify(body) === '{"name":"x"}' ? 0 : 1),
  })
  const said = async (to: string) => (await runCommand(['agents', 'groups', 'rename', 'x', to], api.env)).stdout
  expect([await said('x'), await said('y')]).toEqual(['Nothing changed.\n', '1 agent changed.\n'])
})
