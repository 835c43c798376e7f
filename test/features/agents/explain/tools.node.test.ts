import { expect, test } from 'vitest'
import { explainTools } from '../../../../worker/features/agents/explain/explain-tools.ts'
import { readInventory } from '../../../../worker/features/agents/explain/facts.ts'
import { policySteps } from '../../../../worker/features/agents/explain/policy/contract.ts'
import { patternOf } from '../../../../worker/features/agents/explain/policy/names.ts'
import { situationOf } from '../../../../worker/features/agents/explain/situation.ts'
import { makeVariant } from '../../../e2e/explainer/variants.ts'
import { factsOf, namesOf, toolsOf } from './facts-of.ts'
import { builtTools, withheldTools } from './recorded.ts'

const built = new Set(builtTools.split(/\s+/))

/** The part of a variant that the explainer reads, as world.ts puts it together. */
const configOf = (seed: number) => {
  const { tools, agents, channels } = makeVariant(seed)
  const entries = Object.fromEntries(Object.entries(agents).map(([id, own]) => [id, { tools: own }]))
  return { agents: { defaults: { model: { primary: 'stub/stub-1' } }, entries }, tools, channels }
}

test('for each recorded conversation exactly the tools are withheld that the gateway withheld', () => {
  const lines = withheldTools.trim().split('\n')
  expect(lines.length).toBe(80)
  for (const line of lines) {
    const [, seed = '', sessionKey = '', names = ''] = /^(\d+) (\S+) =\s?(.*)$/.exec(line) ?? []
    const withheld = new Set(names.split(' '))
    const offered = new Set([...built].filter((name) => !withheld.has(name)))
    const config = configOf(Number(seed))
    const situation = situationOf(config, sessionKey.split(':')[1] ?? '', { sessionKey })
    const { tools } = explainTools(factsOf(config, { offered, built }), situation, 'inventory')
    expect(
      namesOf(tools, ({ expected }) => expected === 'offered'),
      line,
    ).toEqual([...offered].sort())
    expect(
      tools.every(({ agrees }) => agrees),
      line,
    ).toBe(true)
  }
})

test('all thirteen steps are told in the gateway’s order, also those that are off', () => {
  const { steps } = explainTools(factsOf({}), situationOf({}, 'main'))
  expect(steps.map(({ step }) => step)).toEqual([...policySteps])
  expect(steps.every(({ off }) => off !== null)).toBe(true)
})

test('the first step that does not pass decides, and the later ones still say what they would', () => {
  const tools = toolsOf({ tools: { profile: 'minimal', deny: ['exec'] } })
  const exec = tools.get('exec')
  expect(exec?.decidedBy).toBe('profile')
  expect(exec?.steps.map(({ step, verdict, by }) => [step, verdict, by?.path ?? null])).toEqual([
    ['profile', 'notAllowed', null],
    ['global', 'denied', 'tools.deny.0'],
  ])
})

test('what a group, a pattern or another spelling stands for is matched, and nothing that only looks like a pattern', () => {
  const denied = (...deny: string[]) =>
    namesOf(
      [...toolsOf({ tools: { deny } }).values()],
      ({ outcome, source }) => outcome === 'withheld' && source === 'core',
    )
  expect(denied('group:fs')).toEqual(['apply_patch', 'edit', 'ls', 'read', 'write'])
  expect(denied('GROUP:Web ')).toEqual(['web_fetch', 'web_search', 'x_search'])
  expect(denied(' BASH', 'Cron')).toEqual(['automations', 'exec'])
  expect(denied('*_fetch', 'web_s**h')).toEqual(['web_fetch', 'web_search'])
  expect(denied('w?ite', 'read|write', '[e]xec', 'group:*', 'image', '', '  ')).toEqual([])
  expect(denied('canvas')).toEqual(['canvas', 'show_widget'])
})

test('a star stands for any run of characters, exactly as a regular expression would have it', () => {
  const letters = ['a', 'b', '_', '*', '*']
  let state = 7
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
  const word = (from: string[], most: number) =>
    Array.from({ length: next(most + 1) }, () => from[next(from.length)] ?? '').join('')
  for (let round = 0; round < 5_000; round += 1) {
    const [pattern, name] = [word(letters, 6), word(['a', 'b', '_'], 7)]
    const oracle = new RegExp(`^${pattern.replaceAll('*', '.*')}$`)
    expect(patternOf(pattern)(name), `${pattern} on ${name}`).toBe(oracle.test(name))
  }
})

test('whether a plugin declares its tool part of the profile is not known, and said; what else withholds it is certain', () => {
  const coding = { tools: { profile: 'coding' } }
  const known = { offered: new Set(['exec']), built: new Set(['exec', 'probe_open']) }
  const open = toolsOf(coding, {}, known).get('probe_open')
  expect(open).toMatchObject({ outcome: 'possible', decidedBy: null, knownDifference: 'pluginProfileUnknown' })
  expect(open).toMatchObject({ expected: 'withheld', gateway: 'withheld', agrees: true })
  expect(open?.steps).toEqual([{ step: 'profile', verdict: 'unknown', by: null }])
  // An optional one is chosen by the same declaration.
  expect(toolsOf(coding).get('probe_closed')).toMatchObject({ outcome: 'possible', decidedBy: null })
  const denied = toolsOf({ tools: { profile: 'coding', deny: ['probe_open'] } }).get('probe_open')
  expect(denied).toMatchObject({ outcome: 'withheld', decidedBy: 'construction' })
  const narrow = toolsOf({ ...coding, agents: { entries: { main: { tools: { allow: ['read'] } } } } })
  expect(narrow.get('probe_open')).toMatchObject({ outcome: 'withheld', decidedBy: 'agent' })
  const everything = toolsOf({ tools: { profile: 'full' } }, {}, { ...known, offered: new Set(['probe_open']) })
  expect(everything.get('probe_open')).toMatchObject({ outcome: 'callable', knownDifference: null })
  // A child's list has it or has not, as its parent's run had.
  const inherited = { allow: ['read'], deny: [], unsure: ['probe_open'] }
  const child = toolsOf({}, { sessionKey: 'agent:main:subagent:1', inherited }, known)
  expect(child.get('probe_open')).toMatchObject({ outcome: 'possible', expected: 'possible', agrees: true })
  expect(child.get('write')?.decidedBy).toBe('inherited')
})

test('of the plugins that the gateway ships it is known what they declare', () => {
  const ofPlugin = (pluginId: string, id: string, defaultProfiles: string[] = []) => {
    const groups = [{ source: 'plugin', pluginId, tools: [{ id, defaultProfiles }] }]
    const catalog = readInventory({ groups })
    return toolsOf({ tools: { profile: 'messaging' } }, {}, { catalog }).get(id)
  }
  expect(ofPlugin('memory-core', 'memory_get')).toMatchObject({ outcome: 'withheld', decidedBy: 'construction' })
  expect(ofPlugin('memory-core', 'intent')).toMatchObject({
    outcome: 'possible',
    knownDifference: 'pluginProfileNotShown',
  })
  expect(ofPlugin('acme', 'ask')).toMatchObject({ outcome: 'possible', knownDifference: 'pluginProfileUnknown' })
  expect(ofPlugin('acme', 'ask', ['coding'])).toMatchObject({ outcome: 'withheld' })
})

test('an empty allow list restricts nothing, and one of unknown names withholds everything', () => {
  const left = (allow: string[]) =>
    namesOf(
      [...toolsOf({ tools: { allow } }).values()],
      ({ outcome, source }) => outcome !== 'withheld' && source === 'core',
    )
  expect(left([])).toEqual(left(['*']))
  expect(left(['', ' '])).toEqual(left(['*']))
  expect(left(['no_such_tool'])).toEqual([])
})

test('who may write may patch, and who may not write may still patch', () => {
  expect(toolsOf({ tools: { allow: ['write'] } }).get('apply_patch')?.outcome).toBe('possible')
  expect(toolsOf({ tools: { deny: ['write'] } }).get('apply_patch')?.outcome).toBe('possible')
})

test('a model’s own rules take the place of its provider’s', () => {
  const byProvider = { stub: { deny: ['exec'] }, 'stub/stub-1': {} }
  const agents = { defaults: { model: 'stub/stub-1' } }
  expect(toolsOf({ agents, tools: { byProvider } }).get('exec')?.outcome).toBe('possible')
  expect(toolsOf({ agents, tools: { byProvider: { STUB: { deny: ['exec'] } } } }).get('exec')?.decidedBy).toBe(
    'globalProvider',
  )
})

test('a sandbox has its own lists, and its own denials take the place of the built-in ones', () => {
  const sandboxed = (tools: object) =>
    toolsOf({ agents: { defaults: { sandbox: { mode: 'all' } } }, tools: { sandbox: { tools } } })
  expect(sandboxed({}).get('gateway')).toMatchObject({ decidedBy: 'sandbox', knownDifference: 'sandboxNotShown' })
  expect(sandboxed({}).get('web_search')?.decidedBy).toBe('sandbox')
  expect(sandboxed({ alsoAllow: ['gateway'] }).get('gateway')?.outcome).toBe('possible')
  expect(sandboxed({ allow: [], deny: ['exec'] }).get('gateway')?.outcome).toBe('possible')
  expect(sandboxed({ allow: [], deny: ['image'] }).get('view_image')?.decidedBy).toBe('sandbox')
})

test('somebody who is not the owner lacks the owner’s tools in a run, and the gateway’s own list does not show it', () => {
  const tools = toolsOf({}, { sender: { owner: false } })
  expect(tools.get('terminal')).toMatchObject({
    decidedBy: 'owner',
    knownDifference: 'ownerNotShown',
    expected: 'possible',
  })
})

test('a sub-agent lacks what no configuration gives back, and a leaf may not spawn', () => {
  const config = { tools: { subagents: { tools: { allow: ['gateway', 'sessions_spawn', 'read'] } } } }
  const child = { sessionKey: 'agent:main:subagent:1' }
  expect(toolsOf(config, child).get('gateway')?.decidedBy).toBe('subagent')
  expect(toolsOf(config, child).get('ask_user')?.construction.reason).toBe('primarySessionsOnly')
  expect(toolsOf(config, child).get('sessions_spawn')?.outcome).toBe('possible')
  expect(toolsOf(config, { ...child, spawnDepth: 5 }).get('sessions_spawn')?.decidedBy).toBe('subagent')
})

test('what a child got from its parent stands in for rules by group and sender', () => {
  const config = { tools: { toolsBySender: { '*': { deny: ['read'] } } } }
  const inherited = { allow: ['read', 'exec'], deny: [] }
  const tools = toolsOf(config, { sessionKey: 'agent:main:subagent:1', inherited })
  expect(tools.get('read')?.outcome).toBe('possible')
  expect(tools.get('write')?.decidedBy).toBe('inherited')
})

test('a run takes no rules by sender from its operator, and the gateway’s own list does', () => {
  const tools = toolsOf({ tools: { toolsBySender: { '*': { deny: ['exec'] } } } })
  expect(tools.get('exec')).toMatchObject({
    outcome: 'possible',
    expected: 'withheld',
    knownDifference: 'senderRulesShown',
  })
})

test('a tool that no rule withholds and that the gateway does not offer is not built here', () => {
  const tools = toolsOf({}, {}, { offered: new Set(['exec']) })
  expect(tools.get('exec')).toMatchObject({ outcome: 'callable', decidedBy: null, agrees: true })
  expect(tools.get('browser')).toMatchObject({ outcome: 'withheld', decidedBy: 'construction', agrees: true })
})

test('a tool of the memory plugin that the gateway does not list may be there all the same, and is not called missing', () => {
  const tools = toolsOf({}, {}, { offered: new Set(['exec']) })
  expect(tools.get('memory_get')).toMatchObject({ outcome: 'possible', decidedBy: null, agrees: true })
  expect(tools.get('memory_get')?.knownDifference).toBe('listedSometimes')
  const denied = toolsOf({ tools: { deny: ['group:memory'] } }, {}, { offered: new Set(['exec']) })
  expect(denied.get('memory_get')).toMatchObject({ outcome: 'withheld', decidedBy: 'global', knownDifference: null })
  expect(toolsOf({}, {}, { offered: new Set(['memory_get']) }).get('memory_get')?.outcome).toBe('callable')
})

test('a tool that the gateway offers against the rules is a difference that is not hidden', () => {
  const tools = toolsOf({ tools: { deny: ['exec'] } }, {}, { offered: new Set(['exec']) })
  expect(tools.get('exec')).toMatchObject({ expected: 'withheld', gateway: 'offered', agrees: false })
})

test('an agent with a hundred tools and five hundred rules is explained in one go, whatever the rules are', () => {
  const deny = Array.from({ length: 500 }, (_, index) => (index % 3 === 0 ? `tool_${index}*x` : `tool_${index}`))
  const tools = toolsOf({ tools: { deny, profile: 'coding' }, agents: { entries: { main: { tools: { deny } } } } })
  expect(tools.get('exec')?.outcome).toBe('possible')
})
