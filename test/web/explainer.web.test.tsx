import { afterEach, describe, expect, it } from 'vitest'
import { tryAllowing, tryDenying, tryWithout } from '../../web/features/explainer/change/trial.ts'
import { askedBy } from '../../web/features/explainer/search.ts'
import { flatten, readMessages } from '../../web/i18n/check.ts'
import { factNames } from '../../worker/features/agents/explain/behaviour/contract.ts'
import { skillReasons } from '../../worker/features/agents/explain/contract.ts'
import { differenceBetween } from '../../worker/features/agents/explain/difference.ts'
import { explain } from '../../worker/features/agents/explain/explain.ts'
import { findingCodes } from '../../worker/features/agents/explain/findings/contract.ts'
import { coreTools } from '../../worker/features/agents/explain/policy/catalog.ts'
import {
  constructionReasons,
  knownDifferences,
  offReasons,
  policySteps,
} from '../../worker/features/agents/explain/policy/contract.ts'
import { settingLayers } from '../../worker/features/agents/explain/settings/contract.ts'
import { situationOf } from '../../worker/features/agents/explain/situation.ts'
import { factsOf } from '../features/agents/explain/facts-of.ts'
import '../../web/features/agents/agent-page.tsx'
import '../../web/features/explainer/agent-explainer-tab.tsx'
import './support/loaded-pages.ts'
import { anAgent } from './support/agents.ts'
import { FakeServer } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { type } from './support/rules.ts'
import { until } from './support/until.ts'

const agent = anAgent({ externalId: 'main', name: 'Main', isDefault: true })
const { id } = agent
const steps = ['construction', ...policySteps]
const named: [string, readonly string[], readonly string[]][] = [
  ['finding', findingCodes, ['.says', '.do']],
  ['step', steps, ['.name', '.about']],
  ['off', offReasons, ['']],
  ['construction', constructionReasons, ['']],
  ['difference', knownDifferences, ['']],
  ['outcome', ['callable', 'withheld', 'possible'], ['']],
  ['verdict', ['passed', 'denied', 'notAllowed', 'unknown'], ['']],
  ['layer', settingLayers, ['']],
  ['fact', factNames, ['']],
  ['skills.reason', skillReasons, ['']],
]

describe.each(['zh-CN', 'en-US'] as const)('in %s', (locale) => {
  it.each(named)('every %s has its sentence', (kind, codes, endings) => {
    const said = flatten(readMessages(locale))
    const wanted = codes.flatMap((code) => endings.map((ending) => `explainer.${kind}.${code}${ending}`))
    expect(wanted.filter((key) => !said.get(key))).toEqual([])
  })
})

describe('what is tried', () => {
  const lists = {
    entry: { tools: { deny: ['exec', 'write'], byProvider: { 'a.b/1': { deny: ['read'] } } } },
    tools: { alsoAllow: ['message'], deny: ['x'] },
  }

  it('a rule goes and the rest of its list stays', () => {
    const patch = tryWithout(lists, 'agents.entries.main.tools.deny.0')
    expect(patch).toEqual({ entry: { tools: { deny: ['write'] } } })
    expect(tryWithout(lists, 'tools.alsoAllow')).toEqual({ config: { tools: { alsoAllow: null } } })
    expect(tryWithout(lists, 'agents.entries.main.tools.byProvider["a.b/1"].deny.0')).toEqual({
      entry: { tools: { byProvider: { 'a.b/1': { deny: [] } } } },
    })
  })

  it('a place that is not read here is not tried', () => {
    expect(tryWithout(lists, 'channels.telegram.groups.*.tools.deny.0')).toBeNull()
    expect(tryWithout(lists, 'tools.nothing.0')).toBeNull()
  })

  it('a tool is allowed without losing what the shared list adds, which an own list replaces', () => {
    expect(tryAllowing(lists, 'tts')).toEqual({ entry: { tools: { alsoAllow: ['message', 'tts'] } } })
    expect(tryDenying(lists, 'tts')).toEqual({ entry: { tools: { deny: ['exec', 'write', 'tts'] } } })
  })
})

describe('the situation in the address', () => {
  it('asks for nothing where nothing is chosen', () => {
    expect(askedBy('main', {})).toEqual({})
  })

  it('forms the gateway’s own keys, and knows people as the rules by sender do', () => {
    expect(askedBy('main', { kind: 'group', group: '-100', sender: 'other', as: '@ann' })).toEqual({
      ...{ sessionKey: 'agent:main:telegram:group:-100', channel: 'telegram' },
      ...{ sender: 'other', senderUsername: 'ann' },
    })
    expect(askedBy('main', { kind: 'subagent', depth: '2' })).toEqual({
      ...{ sessionKey: 'agent:main:subagent:any', spawnDepth: 2 },
    })
    const known = ['id:7', '42', '+8613800000000', 'Ann'].map((as) => askedBy('a', { sender: 'other', as }))
    expect(known.map(({ sender: _, ...identity }) => identity)).toEqual([
      { senderId: '7' },
      { senderId: '42' },
      { senderPhone: '+8613800000000' },
      { senderName: 'Ann' },
    ])
  })
})

describe('the page', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    await close()
  })
  const config = {
    agents: { entries: { main: { tools: { profile: 'messaging', deny: ['group:web', 'exce'] } } } },
    tools: { profile: 'coding' },
  }
  const offered = new Set(['message', 'session_status', 'sessions'])
  const explained = (given: object) => explain(factsOf(given, { offered, built: offered }), situationOf(given, 'main'))
  const fresh = { source: 'live', at: new Date().toISOString(), ageMs: 0, because: null }

  const open = async (path: string, intercept: FakeServer['intercept'] = () => undefined) => {
    const server = new FakeServer()
    server.intercept = (call) => {
      const given = intercept(call)
      if (given) return given
      if (call.path === `/agents/${id}`) return Response.json(agent)
      if (call.path === `/agents/${id}/effective`)
        return Response.json({ freshness: fresh, isCompared: true, parents: [], explanation: explained(config) })
      if (call.path === `/agents/${id}/effective/preview`) {
        const [before, after] = [explained(config), explained({ ...config, agents: {} })]
        return Response.json({ freshness: fresh, after, difference: differenceBetween(before, after) })
      }
      if (call.path === `/agents/${id}/config`) {
        const entry = config.agents.entries.main
        const known = { freshness: fresh, hash: 'h', valid: true, issues: [], defaults: {} }
        return Response.json({ ...known, entry, tools: config.tools })
      }
      if (call.path === `/agents/${id}/models`) return Response.json({ models: [], isComplete: true })
      return undefined
    }
    close = (await openApp(`/agents/${id}/explainer${path}`, server)).close
    return server
  }
  const rows = () => [...document.querySelectorAll('section[aria-label="Every tool"] button[aria-expanded]')]

  it('tells every tool with what decided, and what is odd about the rules', async () => {
    await open('')
    await until(() => rows().length > coreTools.size - 1)
    const text = document.body.textContent
    expect(text).toContain('“exce” matches no tool.')
    expect(rows().find((row) => row.textContent?.startsWith('exec'))?.textContent).toContain(
      'Not in the allow list of Profile',
    )
  })

  it('opens a tool into its whole way, with the place of each rule and the gateway’s own answer', async () => {
    await open('?tool=web_search')
    const way = await until(() => document.querySelector('ol[aria-label="The way of this tool"]'))
    expect(way.querySelectorAll('li')).toHaveLength(steps.length)
    expect(way.textContent).toContain('agents.entries.main.tools.deny.0')
    expect(document.body.textContent).toContain('Does not list it')
  })

  it('says of a plugin’s tool that nobody tells whether it belongs to the profile, and does not claim that it is withheld', async () => {
    await open('?tool=probe_open')
    const row = await until(() => rows().find((each) => each.textContent?.includes('probe_open')))
    expect(row.textContent).toContain('Possible')
    expect(row.textContent).toContain('Only its plugin’s manifest says whether it belongs to the profile')
    const way = await until(() => document.querySelector('ol[aria-label="The way of this tool"]'))
    expect(way.textContent).toContain('not known')
    expect(document.body.textContent).toContain('so a run may have it or not')
  })

  it('shows what one step stopped, and nothing else', async () => {
    await open('')
    const stages = () => [...document.querySelectorAll('button')]
    await click(await until(() => stages().find(({ textContent }) => textContent?.startsWith('Profile:'))))
    await until(() => rows().length < coreTools.size)
    expect(rows().every((row) => row.textContent?.includes('Profile'))).toBe(true)
  })

  it('tells what a change would do, and asks for nothing else than a preview', async () => {
    const server = await open(`?part=change&try=${encodeURIComponent('{"entry":{"tools":{"profile":null}}}')}`)
    await until(() => document.body.textContent?.includes('gained'))
    expect(server.callsOf(`POST /agents/${id}/effective/preview`)[0]?.body).toEqual({
      entry: { tools: { profile: null } },
    })
    expect(server.calls.filter(({ method }) => method !== 'GET' && method !== 'POST')).toEqual([])
  })

  it('keeps a patch that is no JSON5 to itself, with the reason', async () => {
    const server = await open('?part=change')
    await click(await until(() => button('Merge patch')))
    await type(await until(() => document.querySelector('textarea')), '{ tools: ')
    expect((await until(() => document.querySelector('form [role=alert]'))).textContent).toContain('Not valid JSON5')
    expect(button('See what it would do')).toHaveProperty('disabled', true)
    expect(server.callsOf(`POST /agents/${id}/effective/preview`)).toEqual([])
  })

  it('says what failed, and tries again when it is told to', async () => {
    let failures = 0
    const away = { type: 'about:blank', title: 'x', status: 503, code: 'unavailable', detail: 'x', requestId: 'r-1' }
    await open('', ({ path }) => {
      if (path !== `/agents/${id}/effective` || failures > 0) return undefined
      failures += 1
      return Response.json(away, { status: 503 })
    })
    await until(() => document.body.textContent?.includes('The explanation could not be made'))
    await click(await until(() => button('Try again')))
    await until(() => rows().length > 0)
  })

  it('says that a gateway is away, and from when its words are', async () => {
    const kept = { ...fresh, source: 'last_known', because: 'connector_offline' }
    await open('', ({ path }) =>
      path === `/agents/${id}/effective`
        ? Response.json({ freshness: kept, isCompared: false, parents: [], explanation: explained(config) })
        : undefined,
    )
    await until(() => document.body.textContent?.includes('The gateway is away.'))
  })
})
