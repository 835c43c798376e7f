import { expect, test } from 'vitest'
import { semanticDiff } from '../../worker/features/snapshots/diff/index.ts'
import { runCommand } from '../support/product/command.ts'
import { anAgent, live } from '../web/support/agents.ts'
import { anApi, aProblem, idOf } from './api.ts'

/** What a person reads who is refused, without a terminal to be asked at: one line that says the way on. */

const agent = anAgent()
const path = `/agents/${agent.id}`
const own = (): [number, unknown] => [200, agent]

test('what is wrong is said once, with where it is, and without a path where it is of the whole', async () => {
  const refused = (detail: string, errors: { path: string; message: string }[]) => (): [number, unknown] => [
    422,
    { ...aProblem('invalid', 422, detail), errors },
  ]
  const place = { path: 'tools.profile', message: 'Invalid input (allowed: "minimal")' }
  const said = `config.patch: invalid config: agents.entries.ledger.tools.profile: ${place.message}`
  const routes = { [`POST ${path}/disable`]: refused(said, [place]) }
  const once = await runCommand(['agents', 'disable', agent.id], (await anApi(routes)).env)
  expect([once.code, once.stderr]).toEqual([1, `${said} (invalid, request r1)\n`])
  const both = [place, { path: '', message: 'says nothing to change' }]
  const other = await anApi({ [`POST ${path}/disable`]: refused('It does not fit.', both) })
  expect((await runCommand(['agents', 'disable', agent.id], other.env)).stderr).toBe(
    `It does not fit. tools.profile: ${place.message}; says nothing to change (invalid, request r1)\n`,
  )
})

test('where nobody can be asked the option that answers instead is named', async () => {
  const scope = { kind: 'agent', ref: agent.id, name: 'Ledger' }
  const order = idOf('kil', 1)
  const api = await anApi({
    [`GET ${path}`]: own,
    [`GET /kill-switch/orders/${order}`]: () => [200, anOrder(order, scope)],
  })
  const removed = await runCommand(['agents', 'delete', agent.id], api.env)
  expect([removed.code, removed.stderr]).toEqual([2, 'There is no terminal to ask at: give --confirm NAME.\n'])
  const recovered = await runCommand(['recover', order, '--reason', 'fixed'], api.env)
  expect([recovered.code, recovered.stderr]).toEqual([2, 'There is no terminal to ask at: give --name NAME.\n'])
  expect(api.asked.every(({ what }) => what.startsWith('GET'))).toBe(true)
})

test('enabling what somebody changed meanwhile names what was changed, and how to leave it so', async () => {
  const stale = { ...aProblem('stale', 409, 'Somebody changed it.'), context: { conflicts: ['tools.deny'] } }
  const api = await anApi({ [`POST ${path}/enable`]: () => [409, stale] })
  const { code, stderr } = await runCommand(['agents', 'enable', agent.id], api.env)
  expect([code, stderr]).toEqual([
    4,
    'Somebody changed it. (stale, request r1) Changed: tools.deny. To leave the gateway as it is: --leave.\n',
  ])
})

test('a value that was not there, or is taken away, is told apart from null; update says the same as set', async () => {
  const hash = 'hmac-sha256:v1:x'
  const change = { kind: 'added', path: 'heartbeat.every', before: null, after: '30m', title: null, reloadKind: 'hot' }
  const taken = { ...change, kind: 'removed', path: 'tools.profile', before: 'coding', after: null }
  const preview = {
    freshness: live,
    hash,
    changes: [change, taken],
    meaning: semanticDiff({}, {}),
    restarts: false,
    conflicts: [],
    secrets: [],
  }
  const api = await anApi({
    [`GET ${path}/config`]: () => [
      200,
      { freshness: live, hash, valid: true, issues: [], entry: {}, defaults: {}, tools: {}, bindings: [] },
    ],
    [`POST ${path}/config/preview`]: () => [200, preview],
  })
  const words = ['heartbeat.every', '30m', '--dry-run']
  const shown = await runCommand(['agents', 'config', 'set', agent.id, ...words], api.env)
  expect(shown.stdout).toMatch(/heartbeat\.every +– +"30m" +hot\ntools\.profile +"coding" +– +hot/)
  expect(await runCommand(['agents', 'config', 'update', agent.id, ...words], api.env)).toEqual(shown)
})

const at = '2026-11-21T10:00:00.000Z'
const anOrder = (id: string, scope: object) => ({
  ...{ id, scope, reason: 'odd', policy: 'stop_again', state: 'stopped', orderedBy: { id: 'usr_1', name: 'Lin' } },
  ...{ budgetId: null, orderedAt: at, confirmedMs: 18, recovery: null, endedAt: null, targets: [] },
  tally: { agents: 1, confirmed: 1, failed: 0, broken: 0, recovered: 0 },
})

test('a name is looked for behind the first page too, and one that many have is nobody’s', async () => {
  const many = Array.from({ length: 203 }, (_, n) => anAgent({ id: idOf('agt', n + 1), name: `scout ${n}` }))
  const preview = {
    scope: { kind: 'agent', ref: null, name: 'scout 202' },
    agents: 1,
    alreadyStopped: 0,
    openRuns: 1,
    pendingApprovals: 0,
    connectors: [],
  }
  const api = await anApi({
    'GET /agents': ({ query: { cursor = '0', limit = '50' } }) => {
      const end = Number(cursor) + Number(limit)
      return [200, { items: many.slice(Number(cursor), end), nextCursor: end < many.length ? String(end) : null }]
    },
    'POST /kill-switch/preview': () => [200, preview],
  })
  const found = await runCommand(['kill', 'scout 202', '--reason', 'odd'], api.env)
  expect(found.stderr).toContain('scout 202: 1 agent, 1 run, 0 pending approvals')
  expect(api.asked.at(-1)?.body).toEqual({ scope: { kind: 'agent', agentId: idOf('agt', 203) } })
  for (const agent of many) agent.name = 'main'
  const nobody = await runCommand(['kill', 'main', '--reason', 'odd'], api.env)
  expect(nobody.stderr).toMatch(/^203 are called main; give the id: (agt_\d+, ){9}agt_\d+ …\n$/)
  expect(nobody.code).toBe(2)
})
