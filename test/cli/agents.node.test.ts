import { expect, test } from 'vitest'
import { CompareMoments, EffectiveOf } from '../../worker/features/agents/explain/api/contract.ts'
import { differenceBetween } from '../../worker/features/agents/explain/difference.ts'
import { explain } from '../../worker/features/agents/explain/explain.ts'
import { situationOf } from '../../worker/features/agents/explain/situation.ts'
import { factsOf } from '../features/agents/explain/facts-of.ts'
import { runCommand } from '../support/product/command.ts'
import { anAgent, aSkill, away, live } from '../web/support/agents.ts'
import { anApi, aProblem, idOf } from './api.ts'

test('who sends, with which model, from where and how deep is asked for as it was typed', async () => {
  const api = await anApi({})
  const id = idOf('agt', 1)
  const effective = (...flags: string[]) => runCommand(['agents', 'effective', id, ...flags], api.env)
  const flags = ['--session', 'agent:main:x', '--model', 'openai/gpt-5', '--sender', 'other', '--sender-id', 'u7']
  const more = ['--sender-phone', '+491', '--sender-username', 'ada', '--sender-name', 'Ada', '--channel', 'slack']
  await effective(...flags, ...more, '--spawn-depth', '2', '--tool', 'exec')
  const [asked] = api.asked
  expect(asked?.what).toBe(`GET /agents/${id}/effective`)
  expect(asked?.query).toEqual({
    ...{ sessionKey: 'agent:main:x', model: 'openai/gpt-5', sender: 'other', senderId: 'u7', senderPhone: '+491' },
    ...{ senderUsername: 'ada', senderName: 'Ada', channel: 'slack', spawnDepth: '2' },
  })
  expect(EffectiveOf.parse(asked?.query)).toMatchObject({ spawnDepth: 2 })
  expect((await effective('--sender', 'somebody')).code).not.toBe(0)
  expect((await effective('--spawn-depth', 'deep')).stderr).toContain('whole number')
  expect(api.asked).toHaveLength(1)
})

test('two moments of an agent are compared, the later one being now, and not mixed with another agent', async () => {
  const id = idOf('agt', 1)
  const explanation = explain(factsOf({}), situationOf({}, 'main'))
  const difference = { ...differenceBetween(explanation, explanation), gained: [{ name: 'exec', decidedBy: null }] }
  const compared = { freshness: { one: away, other: away }, one: explanation, other: explanation, difference }
  const api = await anApi({ [`GET /agents/${id}/effective/moments`]: () => [200, compared] })
  const effective = (...flags: string[]) => runCommand(['agents', 'effective', id, ...flags], api.env)
  const told = await effective('--from', '3', '--session', 'agent:main:x')
  expect([told.code, told.stdout]).toEqual([0, expect.stringContaining('+ exec')])
  expect(told.stderr).toContain('away')
  expect(api.asked[0]?.query).toEqual({ from: '3', to: 'live', sessionKey: 'agent:main:x' })
  expect(CompareMoments.parse(api.asked[0]?.query)).toMatchObject({ from: 3, to: 'live' })
  await effective('--from', '1', '--to', '2', '--json')
  expect(api.asked[1]?.query).toEqual({ from: '1', to: '2' })
  expect((await effective('--to', '2')).code).toBe(2)
  expect((await effective('--from', '1', '--with', idOf('agt', 2))).code).toBe(2)
  expect((await effective('--from', 'yesterday')).stderr).toContain('number of a version')
  expect(api.asked).toHaveLength(2)
})

test('what people say of an agent is changed upon what was read; what is not named stays, and what is taken away is said', async () => {
  const agent = anAgent()
  const path = `/agents/${agent.id}`
  const own = () => [200, agent] as [number, unknown]
  const api = await anApi({ [`GET ${path}`]: own, [`PATCH ${path}`]: own })
  const update = (...flags: string[]) => runCommand(['agents', 'update', agent.id, ...flags], api.env)
  expect((await update('--name', 'Scout', '--no-group', '--tag', 'prod', '--tag', 'eu')).code).toBe(0)
  const [, sent] = api.asked
  expect(sent?.body).toEqual({ displayName: 'Scout', resourceGroup: null, tags: ['prod', 'eu'] })
  expect(sent?.headers['if-match']).toBe('"1"')
  expect((await update('--no-tag', '--no-owner')).code).toBe(0)
  expect(api.asked.at(-1)?.body).toEqual({ tags: [], ownerId: null })
  expect((await update()).stderr).toContain('Say what to change')
  expect(api.asked).toHaveLength(4)
})

test('sessions and jobs are listed, with the age of what is not of now', async () => {
  const { id } = anAgent()
  const job = { id: 'j1', name: 'digest', description: null, agent: 'ledger', isEnabled: true, isManaged: true }
  const more = { schedule: {}, payload: { kind: 'agentTurn', message: null }, sessionTarget: null, revision: null }
  const times = { nextRunAt: null, lastRunAt: null, lastStatus: 'ok', consecutiveErrors: 0 }
  const conversation = { key: 'agent:ledger:main', label: null, kind: null, model: 'a/b', isActive: true }
  const figures = { totalTokens: 7, costMicroUsd: null, updatedAt: null }
  const api = await anApi({
    [`GET /agents/${id}/cron`]: () => [
      200,
      { jobs: [{ ...job, ...more, ...times }], isComplete: true, freshness: away },
    ],
    [`GET /agents/${id}/sessions`]: () => [
      200,
      { sessions: [{ ...conversation, ...figures }], isComplete: true, freshness: live },
    ],
  })
  const run = (...words: string[]) => runCommand(['agents', ...words], api.env)
  const jobs = await run('cron', id)
  expect([jobs.stdout, jobs.stderr]).toEqual([
    expect.stringMatching(/j1 +digest +yes +yes/),
    expect.stringContaining('The gateway is away (gateway_away)'),
  ])
  expect((await run('sessions', id, '--limit', '5')).stdout).toMatch(/agent:ledger:main .*yes +a\/b +7/)
  expect(api.asked.at(-1)?.query).toEqual({ limit: '5' })
})

test('groups are listed, renamed and dissolved', async () => {
  const api = await anApi({
    'GET /resource-groups': () => [200, { items: [{ name: 'finance', agents: 3, disabled: 1 }] }],
    'PATCH /resource-groups/fi%20nance': () => [200, { agents: 1 }],
    'DELETE /resource-groups/finance': () => [200, { agents: 3 }],
  })
  const run = (...words: string[]) => runCommand(['agents', ...words], api.env)
  expect((await run('groups', 'list')).stdout).toMatch(/finance +3 +1/)
  expect((await run('groups', 'rename', 'fi nance', 'finance')).stdout).toBe('1 agent changed.\n')
  expect(api.asked.at(-1)?.body).toEqual({ name: 'finance' })
  expect((await run('groups', 'dissolve', 'finance')).stdout).toBe('3 agents changed.\n')
})

test('an answer that is not of now says where it is from, and what is kept nowhere is refused', async () => {
  const id = idOf('agt', 1)
  const skill = aSkill('mail', { requires: null, missing: { bins: [], env: [], config: [], unsorted: ['jq'] } })
  const snapshot = { ...away, source: 'snapshot' }
  const recorded = { ...away, source: 'recorded' }
  const unknown = { ...aProblem('unavailable', 503, 'The gateway is away.'), context: { because: 'gateway_away' } }
  const api = await anApi({
    [`GET /agents/${id}/skills`]: () => [200, { skills: [skill], isComplete: true, freshness: snapshot }],
    [`GET /agents/${id}/cron`]: () => [200, { jobs: [], isComplete: false, freshness: recorded }],
    [`GET /agents/${id}/sessions`]: () => [503, unknown],
  })
  const ask = (what: string) => runCommand(['agents', what, id], api.env)
  const skills = await ask('skills')
  expect([skills.stdout, skills.stderr]).toEqual([expect.stringContaining('jq'), expect.stringContaining('version')])
  const { stderr } = await ask('cron')
  expect(stderr).toContain(`told by itself up to ${away.at}`)
  expect([stderr.includes('a part of them'), skills.stderr.includes('a part of them')]).toEqual([true, false])
  expect(await ask('sessions')).toMatchObject({ code: 1, stderr: 'The gateway is away. (unavailable, request r1)\n' })
})
