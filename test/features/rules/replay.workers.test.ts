import { env } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { factsOf } from '../../../worker/features/approvals/index.ts'
import { approvals } from '../../../worker/features/approvals/schema.ts'
import { compilePlainly, Fault, viewOf } from '../../../worker/features/rules/condition/compile.ts'
import type { Rule, RuleDraft } from '../../../worker/features/rules/contract.ts'
import {
  type Happening,
  ReplayProgress,
  ReplayResult,
  replayChangesMax,
} from '../../../worker/features/rules/replay/contract.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'
import { chanceFrom, oneOf, someRequest } from './condition/generate.ts'
import { someFacts } from './facts.ts'
import { record, recordedRow } from './recorded.ts'
import { haveRules, send } from './rules.ts'
import { aRule, asking } from './rules-of.ts'

const range = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' }

const replay = async (person: Person, rules?: RuleDraft[], over: Partial<typeof range> = {}) => {
  const answer = await send(person, {
    method: 'POST',
    path: '/replay',
    body: { ...range, ...over, ...(rules && { rules }) },
  })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
  const events = (await answer.text())
    .trim()
    .split('\n\n')
    .map((block) => {
      const [event, data] = block.split('\n')
      return { event: event?.slice(7), data: JSON.parse(data?.slice(6) ?? '') }
    })
  expect(events.at(-1)?.event).toBe('result')
  const progress = events.filter(({ event }) => event === 'progress').map(({ data }) => ReplayProgress.parse(data))
  return { progress, result: ReplayResult.parse(events.at(-1)?.data) }
}

const endings: { ended: Parameters<typeof recordedRow>[2]; happened: Happening }[] = [
  { ended: { outcome: 'allow_once', decidedByKind: 'rule' }, happened: 'allowed' },
  { ended: { outcome: 'allow_once', decidedByKind: 'grant' }, happened: 'allowed' },
  { ended: { outcome: 'reject', decidedByKind: 'rule' }, happened: 'refused' },
  { ended: { outcome: 'allow_always', decidedByKind: 'member' }, happened: 'asked_allowed' },
  { ended: { outcome: 'allow_once', decidedByKind: 'gateway' }, happened: 'asked_allowed' },
  { ended: { outcome: 'reject', decidedByKind: 'api_key' }, happened: 'asked_refused' },
  { ended: { outcome: 'reject', decidedByKind: 'expiry' }, happened: 'asked_unanswered' },
  { ended: { outcome: null, decidedByKind: null, state: 'pending' }, happened: 'asked_unanswered' },
]

test('a replay over several pages says the same as CEL asked rule by rule, request by request', async () => {
  const owner = await anOrganization()
  const chance = chanceFrom(4)
  const rows = Array.from({ length: 2_300 }, () => {
    const { ended, happened } = oneOf(chance, endings)
    return { happened, row: recordedRow(owner.organizationId, someRequest(chance), ended) }
  })
  await record(
    env.DB,
    rows.map(({ row }) => row),
  )
  const rules = [
    aRule('risk == "critical" && command.contains("git")', { outcome: { kind: 'refuse', reason: '' } }),
    aRule('arguments.path == "/srv/app" && cwd.within("/srv")', { mode: 'shadow' }),
    aRule('argv.exists(word, word.matches("^--?f")) || arguments.count == 3 && risk == "high"', { outcome: asking() }),
    aRule('riskRules.exists(rule, rule == "read-only") && time.hour >= 8'),
  ]
  const expected = await naively(owner, rules)
  const { result, progress } = await replay(owner, rules)
  expect(result).toMatchObject({ scanned: 2_300, version: null })
  expect(progress.map(({ scanned }) => scanned)).toEqual([0, 1_000, 2_000])
  expect(progress.every(({ total }) => total === 2_300)).toBe(true)
  const cells = Object.fromEntries(result.matrix.map(({ happened, would, count }) => [`${happened} ${would}`, count]))
  const happenedOf = new Map(rows.map(({ row, happened }) => [row.id, happened]))
  const naive: Record<string, number> = {}
  for (const { id, would } of expected) {
    const key = `${happenedOf.get(id)} ${would}`
    naive[key] = (naive[key] ?? 0) + 1
  }
  expect(cells).toEqual(naive)
  for (const cell of result.matrix)
    expect(Object.values(cell.byRisk).reduce((sum, count) => sum + count)).toBe(cell.count)
  const kinds = {
    allowed: 'allow',
    refused: 'refuse',
    asked_allowed: 'ask',
    asked_refused: 'ask',
    asked_unanswered: 'ask',
  }
  const changed = expected.filter(({ id, would }) => kinds[happenedOf.get(id) ?? 'allowed'] !== would)
  expect(result.changed).toBe(changed.length)
  expect(result.changes).toHaveLength(Math.min(changed.length, replayChangesMax))
  expect(result.rules.map(({ hits }) => hits)).toEqual(
    rules.map(({ id }) => expected.filter(({ by }) => by.includes(id)).length),
  )
  expect(result.unruled).toBe(expected.filter(({ decider }) => decider === null).length)
})

/** The order of rules and what errors mean, spelled out once more and by CEL alone. */
const naively = async (owner: Person, rules: Rule[]) => {
  const rows = await owner.ctx.db.select().from(approvals).where(eq(approvals.organizationId, owner.organizationId))
  const plain = rules.map((rule) => ({ rule, applies: compilePlainly(rule.condition) }))
  return rows.map((row) => {
    const by: string[] = []
    for (const { rule, applies } of plain) {
      const applied = applies(viewOf(factsOf(row)))
      if (applied === false) continue
      by.push(rule.id)
      if (rule.mode === 'enforce')
        return { id: row.id, by, decider: rule.id, would: applied instanceof Fault ? 'refuse' : rule.outcome.kind }
    }
    return { id: row.id, by, decider: null, would: 'ask' }
  })
}

test('each ending counts as what it was', async () => {
  const owner = await anOrganization()
  await record(
    env.DB,
    endings.map(({ ended }) => recordedRow(owner.organizationId, someFacts(), ended)),
  )
  const { result } = await replay(owner, [aRule('false')])
  expect(result.matrix.map(({ happened, would, count }) => [happened, would, count])).toEqual([
    ['allowed', 'ask', 2],
    ['refused', 'ask', 1],
    ['asked_allowed', 'ask', 2],
    ['asked_refused', 'ask', 1],
    ['asked_unanswered', 'ask', 2],
  ])
  expect(result).toMatchObject({ changed: 3, unruled: 8 })
})

test('without a draft the rules in force are replayed; only the range and only the own requests are read', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const { rules } = await haveRules(owner, [aRule('risk == "low"')])
  const at = (day: number) => someFacts({ at: Date.UTC(2026, 10, day) })
  await record(
    env.DB,
    [1, 2, 3, 4].map((day) => recordedRow(owner.organizationId, at(day))),
  )
  await record(env.DB, [recordedRow(stranger.organizationId, at(2))])
  const { result } = await replay(owner, undefined, { from: '2026-11-02T00:00:00Z', to: '2026-11-04T00:00:00Z' })
  expect(result).toMatchObject({
    scanned: 2,
    version: 1,
    changed: 2,
    rules: [{ id: rules[0]?.id, hits: 2, errors: 0 }],
  })
  expect(result.changes[0]).toMatchObject({ from: 'asked_allowed', to: 'allow', ruleId: rules[0]?.id, risk: 'low' })
})

test('many requests of one and the same moment are each read once', async () => {
  const owner = await anOrganization()
  await record(
    env.DB,
    Array.from({ length: 1_500 }, () => recordedRow(owner.organizationId, someFacts())),
  )
  expect((await replay(owner, [aRule('true')])).result.scanned).toBe(1_500)
})

test('a faulty draft and a wrong range are refused before anything is read', async () => {
  const owner = await anOrganization()
  const ask = async (body: object) => (await send(owner, { method: 'POST', path: '/replay', body })).status
  expect(await ask({ ...range, rules: [aRule('riks == "low"')] })).toBe(422)
  expect(await ask({ from: range.to, to: range.from })).toBe(422)
  expect(await ask({ from: '2020-01-01T00:00:00Z', to: range.to })).toBe(422)
})

test('a reader who leaves ends the replay', async () => {
  const owner = await anOrganization()
  await record(
    env.DB,
    Array.from({ length: 1_200 }, () => recordedRow(owner.organizationId, someFacts())),
  )
  const answer = await send(owner, { method: 'POST', path: '/replay', body: { ...range, rules: [aRule('true')] } })
  const reader = answer.body?.getReader()
  expect((await reader?.read())?.done).toBe(false)
  await reader?.cancel()
  expect((await replay(owner, [aRule('true')])).result.scanned).toBe(1_200)
})

test('one request is tried on every rule, from its record or imagined, with a draft or what is in force', async () => {
  const owner = await anOrganization()
  const [row] = [recordedRow(owner.organizationId, someFacts({ command: 'rm -rf /srv/app', risk: 'critical' }))]
  await record(env.DB, [row])
  await haveRules(owner, [
    aRule('risk == "low"'),
    aRule('arguments.x == 1', { enabled: false }),
    aRule('argv.hasOption("-r")', { outcome: { kind: 'refuse', reason: 'no' } }),
  ])
  const tried = await send(owner, { method: 'POST', path: '/test', body: { approvalId: row.id } })
  expect(await tried.json()).toMatchObject({
    facts: { argv: ['rm', '-rf', '/srv/app'] },
    verdict: { version: 1, outcome: { kind: 'refuse' } },
    rules: [
      { applies: false, decides: false, error: null },
      { applies: null, enabled: false, decides: false, error: expect.stringContaining('x') },
      { applies: true, decides: true, outcome: 'refuse' },
    ],
  })
  const imagined = await send(owner, {
    method: 'POST',
    path: '/test',
    body: { facts: { risk: 'low' }, rules: [aRule('risk.atLeast("high")')] },
  })
  expect(await imagined.json()).toMatchObject({
    facts: { risk: 'low', command: '' },
    verdict: { rule: null },
    rules: [{ applies: false }],
  })
  const ask = async (person: Person, body: object) =>
    (await send(person, { method: 'POST', path: '/test', body })).status
  expect(await ask(await anOrganization(), { approvalId: row.id })).toBe(404)
  expect(await ask(owner, {})).toBe(422)
  expect(await ask(owner, { facts: {}, rules: [aRule('riks')] })).toBe(422)
  expect(await ask(await aMember(owner.organizationId, 'viewer'), { facts: {} })).toBe(200)
})

test('a condition is checked while it is written', async () => {
  const owner = await anOrganization()
  const check = async (condition: string) =>
    (await send(owner, { method: 'POST', path: '/check', body: { condition } })).json()
  expect(await check('risk == "low" && agent.name.startsWith("x")')).toMatchObject({
    ok: true,
    faults: [],
    variables: ['agent.name', 'risk'],
  })
  expect(await check('risk == "lwo"')).toMatchObject({
    ok: false,
    faults: [{ code: 'value', offset: 8, suggestion: 'low' }],
  })
})
