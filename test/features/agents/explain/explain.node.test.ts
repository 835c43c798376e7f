import { expect, test } from 'vitest'
import { Explanation } from '../../../../worker/features/agents/explain/contract.ts'
import { differenceBetween, explain, situationOf } from '../../../../worker/features/agents/explain/index.ts'
import { makeVariant } from '../../../e2e/explainer/variants.ts'
import { factsOf } from './facts-of.ts'

const explained = (config: unknown, known = {}) => explain(factsOf(config, known), situationOf(config, 'main'))

const settingOf = (config: unknown, name: string, known = {}) =>
  explained(config, known).settings.find((setting) => setting.name === name)

test('every generated configuration gives an explanation that keeps the contract, and differs from itself in nothing', () => {
  for (let seed = 100; seed < 160; seed += 1) {
    const { tools, agents, channels } = makeVariant(seed)
    const config = { tools, channels, agents: { entries: { main: { tools: agents.a0 ?? {} } } } }
    const explanation = explained(config)
    expect(Explanation.parse(JSON.parse(JSON.stringify(explanation)))).toEqual(explanation)
    const same = differenceBetween(explanation, explained(config))
    expect(same).toEqual({
      ...{ gained: [], lost: [], moved: [], settings: [], models: null },
      findings: { appeared: [], gone: [] },
    })
  }
})

test('a configuration of any shape is explained, not refused', () => {
  for (const config of [
    null,
    7,
    'text',
    [],
    { tools: 3 },
    { agents: { entries: [] }, tools: { deny: 'exec', allow: [1, null] } },
  ])
    expect(() => explained(config)).not.toThrow()
})

test('an agent’s value hides the shared one, and both are told with their places', () => {
  const config = {
    agents: { defaults: { thinkingDefault: 'low' }, entries: { main: { thinkingDefault: 'high' } } },
  }
  expect(settingOf(config, 'thinkingDefault')).toEqual({
    ...{
      name: 'thinkingDefault',
      value: 'high',
      layer: 'agent',
      path: 'agents.entries.main.thinkingDefault',
      known: true,
    },
    hides: [{ value: 'low', layer: 'defaults', path: 'agents.defaults.thinkingDefault' }],
  })
})

test('sections that the gateway merges are told field by field', () => {
  const config = {
    agents: {
      defaults: { heartbeat: { every: '1h', target: 'last' } },
      entries: { main: { heartbeat: { every: '5m' } } },
    },
  }
  expect(settingOf(config, 'heartbeat.every')).toMatchObject({ value: '5m', layer: 'agent' })
  expect(settingOf(config, 'heartbeat.target')).toMatchObject({ value: 'last', layer: 'defaults' })
})

test('what nobody wrote is the gateway’s or built in', () => {
  expect(settingOf({}, 'sandbox.mode')).toMatchObject({ value: 'off', layer: 'builtIn', path: null })
  const completed = { agents: { defaults: { compaction: { mode: 'default' } } } }
  expect(settingOf({}, 'compaction.mode', { completed })).toMatchObject({ value: 'default', layer: 'gateway' })
})

test('a key that nobody here has heard of is kept and marked, and a secret is never shown', () => {
  const config = { agents: { entries: { main: { brandNew: { token: '__OPENCLAW_REDACTED__' } } } } }
  expect(settingOf(config, 'brandNew')).toMatchObject({ known: false, value: { token: '•••' } })
  expect(JSON.stringify(explained(config))).not.toContain('REDACTED')
})

test('a change tells the tools it gives and takes, and the findings that come and go', () => {
  const before = { tools: { profile: 'coding', deny: ['exce'] } }
  const after = { tools: { profile: 'messaging', deny: ['exec'] } }
  const difference = differenceBetween(explained(before), explained(after))
  expect(difference.gained).toEqual([{ name: 'message', decidedBy: 'profile' }])
  expect(difference.lost.find(({ name }) => name === 'write')).toEqual({ name: 'write', decidedBy: 'profile' })
  expect(difference.settings).toEqual([
    {
      name: 'tools.profile',
      before: { value: 'coding', layer: 'global', path: 'tools.profile' },
      after: { value: 'messaging', layer: 'global', path: 'tools.profile' },
    },
  ])
  expect(difference.findings.gone.map(({ code }) => code)).toEqual(['entryMatchesNothing'])
})
