import { expect, test } from 'vitest'
import type { Facts } from '../../../../worker/features/agents/explain/facts.ts'
import { explain, situationOf } from '../../../../worker/features/agents/explain/index.ts'
import { factsOf } from './facts-of.ts'

const findingsOf = (config: unknown, known: Partial<Facts> = {}, given = {}) =>
  explain(factsOf(config, known), situationOf(config, 'main', given)).findings

const codesOf = (config: unknown) => findingsOf(config).map(({ code }) => code)

test('a plain configuration has nothing to say', () => {
  expect(findingsOf({})).toEqual([])
  expect(findingsOf({ tools: { profile: 'coding', alsoAllow: ['message'], deny: ['exec*'] } })).toEqual([])
})

test('an entry that matches nothing is named with its place, each kind by its own code', () => {
  const found = findingsOf({ tools: { deny: ['exce', 'group:*', 'image', 'exec', 'server__tool'] } })
  expect(found.map(({ code, paths, params }) => [code, paths[0], params])).toEqual([
    ['entryMatchesNothing', 'tools.deny.0', { entry: 'exce' }],
    ['groupPattern', 'tools.deny.1', { entry: 'group:*' }],
    ['oldName', 'tools.deny.2', { entry: 'image', now: 'view_image' }],
  ])
})

test('a tool that is only not built here is no mistake, but told', () => {
  const offered = new Set(['exec', 'read'])
  expect(findingsOf({ tools: { allow: ['exec', 'read', 'browser'] } }, { offered })).toMatchObject([
    { code: 'entryUnavailable', severity: 'info', paths: ['tools.allow.2'] },
  ])
})

test('an allow list of unknown names is dangerous: nothing is left and every run fails', () => {
  expect(codesOf({ tools: { allow: ['exce'] } })).toEqual(['noToolsLeft', 'allowMatchesNothing', 'entryMatchesNothing'])
})

test('a denial of everything is told to cost money all the same', () => {
  expect(findingsOf({ tools: { deny: ['*'] } })).toMatchObject([
    { code: 'denyAllStillSpends', paths: ['tools.deny.0'] },
  ])
})

test('a name in an allow list does not widen the profile', () => {
  expect(findingsOf({ tools: { profile: 'coding', allow: ['message', 'exec'] } })).toMatchObject([
    { code: 'allowDoesNotWiden', paths: ['tools.allow.0'], tools: ['message'] },
  ])
})

test('an agent’s own alsoAllow takes the place of the global one, also an empty one', () => {
  const config = {
    tools: { profile: 'coding', alsoAllow: ['message', 'tts'] },
    agents: { entries: { main: { tools: { alsoAllow: ['tts'] } } } },
  }
  expect(findingsOf(config)).toMatchObject([
    {
      code: 'alsoAllowReplaced',
      paths: ['tools.alsoAllow', 'agents.entries.main.tools.alsoAllow'],
      tools: ['message'],
    },
  ])
})

test('a wider profile of the agent is a warning, a narrower one is told', () => {
  const of = (own: string, global: string) =>
    findingsOf({ tools: { profile: global }, agents: { entries: { main: { tools: { profile: own } } } } })[0]
  expect(of('coding', 'minimal')).toMatchObject({ code: 'profileReplaced', severity: 'warning' })
  expect(of('minimal', 'coding')).toMatchObject({ code: 'profileReplaced', severity: 'info' })
})

test('a denial that gives nothing back when it goes is told with the step that withholds anyway', () => {
  expect(findingsOf({ tools: { profile: 'minimal', deny: ['exec'] } })).toMatchObject([
    { code: 'denyIsDead', paths: ['tools.deny.0'], params: { entry: 'exec', step: 'profile' } },
  ])
})

test('a key of byProvider with a star is a name like any other', () => {
  const config = {
    agents: { defaults: { model: 'stub/stub-1' } },
    tools: { byProvider: { 'stub/*': { deny: ['exec'] } } },
  }
  expect(findingsOf(config)).toMatchObject([{ code: 'providerKeyIsPattern', paths: ['tools.byProvider.stub/*'] }])
})

test('a model’s rules that switch off its provider’s are told', () => {
  const byProvider = { stub: { deny: ['exec'] }, 'stub/stub-1': {} }
  expect(findingsOf({ agents: { defaults: { model: 'stub/stub-1' } }, tools: { byProvider } })).toMatchObject([
    { code: 'providerRulesReplaced', paths: ['tools.byProvider.stub', 'tools.byProvider.stub/stub-1'] },
  ])
})

test('a denial of the sandbox opens what the built-in one kept shut', () => {
  const config = {
    agents: { defaults: { sandbox: { mode: 'all' } } },
    tools: { sandbox: { tools: { allow: [], deny: ['exec'] } } },
  }
  expect(findingsOf(config)[0]).toMatchObject({ code: 'sandboxDenyReplaced', severity: 'danger' })
  expect(findingsOf(config)[0]?.tools).toContain('gateway')
  expect(codesOf({ tools: { sandbox: { tools: { deny: ['exec'] } } } })).toEqual(['sandboxRulesIdle'])
})

test('denying write and leaving apply_patch is dangerous', () => {
  expect(codesOf({ tools: { deny: ['write'] } })).toEqual(['denyWriteLeavesPatch'])
  expect(codesOf({ tools: { deny: ['write', 'apply_patch'] } })).toEqual([])
})

test('rules by sender are told to pass over the operator', () => {
  expect(codesOf({ tools: { toolsBySender: { '*': { deny: ['exec'] } } } })).toEqual(['senderRulesSkipped'])
})

test('a list that tries to give a sub-agent what is always denied is told', () => {
  expect(codesOf({ tools: { subagents: { tools: { alsoAllow: ['gateway'] } } } })).toEqual([
    'subagentAlsoAllowAlone',
    'subagentCannotLift',
  ])
})

test('an exact group is not held by the rules for all groups', () => {
  const groups = { '*': { tools: { deny: ['exec'] } }, '-100': { tools: { deny: ['read'] } }, '-200': {} }
  expect(findingsOf({ channels: { telegram: { groups } } })).toMatchObject([
    { code: 'groupHidesDefault', params: { group: '-100' } },
  ])
})

test('an agent with a model of its own has lost the shared fallbacks', () => {
  const config = {
    agents: { defaults: { model: { primary: 'a/1', fallbacks: ['b/2'] } }, entries: { main: { model: 'c/3' } } },
  }
  expect(findingsOf(config)).toMatchObject([{ code: 'fallbacksDropped', params: { models: 'b/2' } }])
})

test('what the gateway does against our reading comes first', () => {
  expect(findingsOf({ tools: { deny: ['exec'] } }, { offered: new Set(['exec']) })[0]).toMatchObject({
    code: 'gatewayDiffers',
    severity: 'danger',
    tools: ['exec'],
  })
})
