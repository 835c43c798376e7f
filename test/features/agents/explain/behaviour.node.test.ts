import { expect, test } from 'vitest'
import type { KnownFact } from '../../../../worker/features/agents/explain/behaviour/contract.ts'
import { explain, situationOf } from '../../../../worker/features/agents/explain/index.ts'
import type { ModelProvider, Skill } from '../../../../worker/features/connectors/link/questions/contract.ts'
import { factsOf } from './facts-of.ts'

const explained = (config: unknown, known = {}) => explain(factsOf(config, known), situationOf(config, 'main'))
const factIn = (facts: readonly KnownFact[], name: string) => facts.find((fact) => fact.name === name)

test('one agent with a heartbeat of its own takes it from all others', () => {
  const shared = { defaults: { heartbeat: { every: '10m' } } }
  const { heartbeat } = explained({ agents: shared })
  expect(heartbeat).toMatchObject({ enrolled: true, everyMs: 600_000, perDay: 144 })
  expect(factIn(heartbeat.facts, 'every')).toEqual({
    ...{ name: 'every', value: '10m', layer: 'defaults', path: 'agents.defaults.heartbeat.every' },
  })
  const other = explained({ agents: { ...shared, entries: { main: {}, other: { heartbeat: {} } } } })
  expect(other.heartbeat).toMatchObject({ enrolled: false, everyMs: null, perDay: 0 })
  expect(other.findings).toMatchObject([{ code: 'heartbeatElsewhere', paths: ['agents.entries.other.heartbeat'] }])
  expect(explained({ agents: { defaults: { heartbeat: { every: '0m' } } } }).heartbeat.enrolled).toBe(false)
  expect(explained({ cron: { enabled: false }, agents: shared }).heartbeat.enrolled).toBe(false)
})

test('what a heartbeat costs is told by its turns in a day and by what each of them carries', () => {
  const beating = (heartbeat: object) => explained({ agents: { defaults: { heartbeat } } }).heartbeat
  expect(beating({ every: '30m' })).toMatchObject({ perDay: 48, carries: ['conversation', 'files'] })
  const guarded = { every: '30m', lightContext: true, isolatedSession: true }
  const day = beating({ ...guarded, activeHours: { start: '09:00', end: '18:00', timezone: 'Asia/Shanghai' } })
  expect(day).toMatchObject({ perDay: 18, carries: [] })
  expect(factIn(day.facts, 'activeHours')?.value).toBe('09:00–18:00 Asia/Shanghai')
  expect(beating({ ...guarded, activeHours: { start: '22:00', end: '06:00' } }).perDay).toBe(16)
})

test('a full conversation is compacted before the window ends, and of a small one at least three quarters are used', () => {
  const withWindow = (contextWindow: number, compaction = {}) =>
    explained({
      models: { providers: { a: { models: [{ id: '1', contextWindow }] } } },
      agents: { defaults: { model: 'a/1', compaction } },
    }).context
  expect(withWindow(200_000)).toMatchObject({
    window: 200_000,
    budget: { reserve: 20_000, compactAt: 180_000, flushAt: 176_000, keepRecent: 20_000, historyMax: 100_000 },
  })
  expect(withWindow(32_000).budget).toMatchObject({ reserve: 8_000, compactAt: 24_000 })
  const { budget, facts } = withWindow(200_000, { mode: 'default', memoryFlush: { enabled: false } })
  expect(budget?.flushAt).toBeNull()
  expect(factIn(facts, 'compaction.mode')).toMatchObject({
    ...{ value: 'default', layer: 'defaults', path: 'agents.defaults.compaction.mode' },
  })
  expect(explained({}).context).toMatchObject({ window: null, budget: null })
})

test('the window of a model that the configuration does not describe is the one that the gateway knows', () => {
  const models = [{ id: '1', provider: 'a', contextWindow: 64_000 }]
  expect(explained({ agents: { defaults: { model: 'a/1' } } }, { models }).context.window).toBe(64_000)
})

test('limits of sub-agents belong to the gateway; an agent sets only whom it may call and with what', () => {
  const { facts } = explained({
    agents: {
      defaults: { subagents: { maxSpawnDepth: 2, allowAgents: ['*'] } },
      entries: { main: { subagents: { maxSpawnDepth: 9, allowAgents: ['ops'], model: { primary: 'a/small' } } } },
    },
  }).subagents
  const at = 'agents.entries.main.subagents'
  expect(factIn(facts, 'maxSpawnDepth')).toMatchObject({ value: 2, layer: 'defaults' })
  expect(factIn(facts, 'allowAgents')).toMatchObject({ value: ['ops'], layer: 'agent', path: `${at}.allowAgents` })
  expect(factIn(facts, 'model')).toMatchObject({ value: 'a/small', path: `${at}.model` })
  expect(factIn(facts, 'maxConcurrent')).toMatchObject({ value: 8, layer: 'builtIn', path: null })
})

const signIn = { kind: 'oauth', state: 'ok', reason: null, source: 'saved' }
const times = { expiresAt: null, lastUsedAt: null, cooldownUntil: null }

test('the models are told in the order of a run, with the sign-ins of each provider in the order that is given', () => {
  const config = { agents: { defaults: { model: { primary: 'a/1', fallbacks: ['b/2', 'a/1', 'c/3'] } } } }
  const auth: ModelProvider[] = [
    {
      ...{ provider: 'B', state: 'expired', apiKey: null, order: ['b:two', 'b:one'] },
      profiles: ['b:one', 'b:left', 'b:two'].map((id) => ({ id, ...signIn, ...times })),
      windows: [{ label: '5h', usedPercent: 100, resetAt: '2026-11-21T12:00:00.000Z' }],
    },
  ]
  const { models } = explained(config, { auth })
  expect(models.map(({ ref, role }) => [ref, role])).toEqual([
    ['a/1', 'primary'],
    ['b/2', 'fallback'],
    ['c/3', 'fallback'],
  ])
  expect(models[1]?.auth?.profiles.map(({ id, isTried }) => [id, isTried])).toEqual([
    ['b:two', true],
    ['b:one', true],
    ['b:left', false],
  ])
  expect(models[0]?.auth).toMatchObject({ state: 'none', profiles: [] })
  expect(explained(config).models[0]?.auth).toBeNull()
})

const nothing = { bins: [], env: [], config: [] }
const aSkill = (name: string, given: Partial<Skill> = {}): Skill => ({
  ...{ key: name, name, description: '', source: 'openclaw-bundled', isBundled: true, isDisabled: false },
  ...{ isEligible: true, blockedBy: null, requires: nothing, missing: nothing, ...given },
})
const declares = {
  ...{ isAlways: false, isModelVisible: false, isCommandVisible: true, command: 'theirs' },
  ...{ anyBins: [], systems: [], homepage: null, registry: 'someone/theirs' },
  installs: [{ kind: 'brew', label: 'Install gh (brew)', bins: ['gh'] }],
}

test('a skill that somebody else wrote and that runs programs is the riskiest, with the reasons', () => {
  const theirs = { isBundled: false, source: 'openclaw-workspace', declares }
  const told = explained(
    {},
    {
      skills: [
        aSkill('shipped'),
        aSkill('theirs', { ...theirs, requires: { bins: ['gh'], env: ['GH_TOKEN'], config: [] } }),
        aSkill('off', { isDisabled: true }),
      ],
    },
  ).skills
  expect(told?.map(({ name, state, risk, isDeclared }) => [name, state, risk, isDeclared])).toEqual([
    ['theirs', 'ready', 'high', true],
    ['off', 'disabled', 'low', false],
    ['shipped', 'ready', 'low', false],
  ])
  expect(told?.[0]).toMatchObject({
    ...{ triggers: ['command'], command: 'theirs', registry: 'someone/theirs' },
    permissions: { programs: ['gh'], secrets: ['GH_TOKEN'], installs: ['Install gh (brew)'] },
    reasons: ['notBundled', 'fromWorkspace', 'fromRegistry', 'installsSoftware', 'needsSecrets', 'runsPrograms'],
  })
})
