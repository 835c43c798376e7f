import { afterEach, describe, expect, it } from 'vitest'
import { rebased } from '../../web/features/snapshots/drift/rebased.ts'
import { rollbackOf, viewOf } from '../../web/features/snapshots/history/place.ts'
import { flatten, readMessages } from '../../web/i18n/check.ts'
import { AgentChange } from '../../worker/features/agents/changes/contract.ts'
import type { Agent } from '../../worker/features/agents/contract.ts'
import type { Connector } from '../../worker/features/connectors/contract.ts'
import {
  type DriftIgnores,
  PutDriftIgnores,
  type RolledBack,
  type RolledBackFile,
} from '../../worker/features/snapshots/contract.ts'
import { changeCategories, riskRules, snapshotScopes } from '../../worker/features/snapshots/diff/contract.ts'
import { semanticDiff } from '../../worker/features/snapshots/diff/index.ts'
import '../../web/features/agents/agent-page.tsx'
import '../../web/features/snapshots/drift/drift-page.tsx'
import '../../web/features/snapshots/history/agent-history-tab.tsx'
import './support/loaded-pages.ts'
import { acting } from './support/acting.ts'
import { anEntry, anId } from './support/build.ts'
import { problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { VersionsServer } from './support/snapshots.ts'
import { until } from './support/until.ts'

const at = '2026-11-21T10:00:00.000Z'
const page = `/agents/${anId('agt', 1)}/history`
const text = () => document.body.textContent ?? ''
const dialog = () => document.querySelector('[role=dialog]')
const inDialog = (words: string) =>
  [...(dialog()?.querySelectorAll('button') ?? [])].find((one) => one.textContent?.trim().startsWith(words))
const says = (words: string) => until(() => text().includes(words))

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
})
const open = async (server: VersionsServer, path = page) => {
  close = (await openApp(path, server)).close
}

describe('what is said of a difference', () => {
  it.each(['zh-CN', 'en-US'] as const)('every category, rule and scope has its words in %s', (locale) => {
    const said = flatten(readMessages(locale))
    const wanted = [
      ...changeCategories.map((one) => `snapshots.category.${one}`),
      ...riskRules.map((one) => `snapshots.rule.${one}`),
      ...snapshotScopes.map((one) => `snapshots.scope.${one}`),
    ]
    expect(wanted.filter((key) => !said.get(key))).toEqual([])
  })

  it('names fields in words, tells lists by what they gain and lose, texts by lines, and why it is risky', async () => {
    const server = new VersionsServer(
      { tools: { deny: ['exec', 'read', 'write'] }, heartbeat: { prompt: 'One.\nTwo.\n' } },
      {
        tools: { deny: ['write', 'exec', 'fetch'] },
        heartbeat: { prompt: 'One.\nThree.\n' },
        sandbox: { mode: 'off' },
      },
    )
    await open(server, `${page}?from=1&to=2`)
    await says('Sandbox')
    const rows = [...document.querySelectorAll('section[aria-label="What differs"] li h4')].map(
      (one) => one.textContent,
    )
    expect(rows).toEqual(['Sandbox›Mode', 'Tools›Deny', 'Heartbeat›Prompt'])
    expect(text()).toContain('Critical risk: it changes where and with which rights it runs')
    expect(text()).toContain('High risk: it can use more tools')
    expect(text()).toContain('1 line added, 1 line removed')
    const items = [...document.querySelectorAll('section[aria-label=Tools] ul ul li')].map((one) => one.textContent)
    expect(items.toSorted()).toEqual(['+Addedfetch', '−Removedread', '↕Movedwrite3 → 1'].toSorted())
  })

  it('a secret is told to differ and never shown', async () => {
    const server = new VersionsServer(
      { memory: { search: { remote: { apiKey: 'sk-one' } } } },
      { memory: { search: { remote: { apiKey: 'sk-two' } } } },
    )
    await open(server, `${page}?from=1&to=2`)
    await says('differs; both stay hidden')
    expect(text()).not.toMatch(/sk-one|sk-two|REDACTED/)
  })
})

describe('a file without a text', () => {
  it('is told by why, its size and its digest', async () => {
    const server = new VersionsServer(
      { 'TOOLS.md': { hash: 'a'.repeat(64), sizeBytes: 4, reason: 'not_text' }, 'SOUL.md': 'kind' },
      { 'TOOLS.md': { hash: 'b'.repeat(64), sizeBytes: 2_100_000, reason: 'not_text' }, 'SOUL.md': 'kind' },
    )
    const route = server.intercept
    server.intercept = (call) => {
      const [from, to] = server.versions
      if (!call.path.endsWith('/diff') || !from || !to) return route(call)
      const scope = 'workspace_bundle'
      return Response.json({ scope, from, to, ...semanticDiff(from.content, to.content, scope) })
    }
    await open(server, `${page}?scope=workspace_bundle&from=1&to=2`)
    await says('Not text')
    expect(text()).toContain(`sha256 ${'a'.repeat(64)}`)
    expect(text()).toMatch(/4 bytes.*2\.1 MB/)
    expect(text()).not.toContain('not_text')
  })
})

describe('the versions of an agent', () => {
  it('lists them with who, why and how risky, and opens what the newest changed', async () => {
    const server = new VersionsServer({}, { name: 'Ledger' })
    server.make({}, 'rollback', {
      restores: 1,
      author: { id: anId('usr', 1), name: 'Lin' },
      approvalId: anId('apr', 3),
    })
    await open(server)
    await says('Put back to version 1')
    expect(text()).toContain('Nobody knows who')
    const link = await until(() => document.querySelector('a[href*="/approvals/history?id="]'))
    expect(link.getAttribute('href')).toContain(anId('apr', 3))
    await until(() => document.querySelector('section[aria-label="What differs"]'))
    expect(document.querySelector('[aria-current=true]')?.textContent).toContain('Version 3')
  })

  it('another scope that was never seen says what will appear', async () => {
    await open(new VersionsServer({}), `${page}?scope=bindings`)
    await says('Once the gateway’s bindings have been read')
  })

  it('compares known versions while the gateway is away', async () => {
    const server = new VersionsServer({}, { name: 'Ledger' })
    server.isAway = true
    await open(server, `${page}?from=1&to=live`)
    await says('The gateway can’t be asked right now')
    await click(button('Compare with version 2 instead'))
    await says('Identity')
  })

  it('says when a version never was', async () => {
    await open(new VersionsServer({}), `${page}?version=9`)
    await says('Couldn’t read version 9')
  })

  it('reads an address that means nothing as if nothing had been asked', () => {
    expect(viewOf({ from: '0', to: 'x', version: '-1' })).toEqual({ kind: 'newest' })
    expect(viewOf({ from: '2', to: 'live' })).toEqual({ kind: 'compare', from: 2, to: 'live' })
    expect(viewOf({ at: 'yesterday' })).toEqual({ kind: 'newest' })
    expect(rollbackOf({ rollback: '3', parts: 'tools,nonsense' })).toEqual({
      scope: 'agent_config',
      version: 3,
      categories: ['tools'],
    })
    expect(rollbackOf({ rollback: '1e3' })).toBeNull()
  })
})

describe('going back', () => {
  it('shows what it would do, does it, says that it was verified, and offers the way back', async () => {
    const server = new VersionsServer({ name: 'One' }, { name: 'Two' })
    await open(server, `${page}?rollback=1`)
    await until(() => inDialog('Go back'))
    expect(dialog()?.textContent).toContain('saved as version 2')
    await click(inDialog('Go back'))
    await says('Back at version 1')
    expect(server.live).toEqual({ name: 'One' })
    await click(inDialog('Undo: back to version 2'))
    await until(() => dialog()?.textContent?.includes('saved as version 3'))
    await click(await until(() => inDialog('Go back')))
    await says('Back at version 2')
    expect(server.live).toEqual({ name: 'Two' })
  })

  it('only the chosen parts go back', async () => {
    const server = new VersionsServer({ name: 'One', model: 'a/1' }, { name: 'Two', model: 'a/2' })
    await open(server, `${page}?rollback=1`)
    const identity = await until(() =>
      [...document.querySelectorAll('[role=dialog] label')].find((one) => one.textContent?.includes('Identity')),
    )
    await click(identity.querySelector('input'))
    await says('Only a part goes back')
    await click(await until(() => inDialog('Go back')))
    await says('Back at version 1')
    expect(server.live).toEqual({ name: 'Two', model: 'a/1' })
  })

  it('a critical one waits for an approval, and goes on by itself once it is allowed', async () => {
    const server = new VersionsServer({}, { sandbox: { mode: 'off' } })
    await open(server, `${page}?rollback=1`)
    await click(await until(() => inDialog('Ask for approval')))
    await says('Waiting for approval')
    const link = dialog()?.querySelector('a[href^="/approvals"]')
    expect(link?.getAttribute('href')).toContain(server.approval?.id)
    const { approval } = server
    if (!approval) throw new Error('nobody was asked')
    const by = { kind: 'member', id: anId('usr', 2), name: 'Wang' } as const
    server.approval = {
      ...approval,
      state: 'decided',
      decision: { outcome: 'allow_once', by, at: approval.requestedAt, reason: null },
    }
    server.tell(anEntry(11, { type: 'approval.decided' }))
    await says('Back at version 1')
    expect(server.live).toEqual({})
  })

  it('a refused one says by whom and why, and changes nothing', async () => {
    const server = new VersionsServer({}, { sandbox: { mode: 'off' } })
    await open(server, `${page}?rollback=1`)
    await click(await until(() => inDialog('Ask for approval')))
    const approval = await until(() => server.approval)
    const by = { kind: 'member', id: anId('usr', 2), name: 'Wang' } as const
    server.approval = {
      ...approval,
      state: 'decided',
      decision: { outcome: 'reject', by, at: approval.requestedAt, reason: 'not now' },
    }
    server.tell(anEntry(11, { type: 'approval.decided' }))
    await says('Wang refused: not now')
    expect(server.live).toEqual({ sandbox: { mode: 'off' } })
  })

  it('a preview that is overtaken is not carried out: it is looked at anew', async () => {
    const server = new VersionsServer({ name: 'One' }, { name: 'Two' })
    await open(server, `${page}?rollback=1`)
    await until(() => inDialog('Go back'))
    server.live = { name: 'Three' }
    await click(inDialog('Go back'))
    await says('The configuration changed after you looked')
    await until(() => dialog()?.textContent?.includes('saved as version 3'))
    expect(server.live).toEqual({ name: 'Three' })
  })

  it('says what is missing, what restarts and which secrets stay out', async () => {
    const server = new VersionsServer({ name: 'One' }, { name: 'Two' })
    server.more = {
      restarts: true,
      secrets: ['memory.search.remote.apiKey'],
      dependsOn: [
        { kind: 'model', name: 'a/b' },
        { kind: 'skill', name: 'review' },
      ],
      missing: [{ kind: 'skill', name: 'review' }],
      exact: false,
    }
    await open(server, `${page}?rollback=1`)
    await until(() => inDialog('Go back and restart the gateway'))
    expect(dialog()?.textContent).toContain('It names what the gateway does not have now: skill review')
    // Named once: what is missing is not told again among what it depends on.
    expect(dialog()?.textContent).toMatch(/What else it depends on is there: model a\/b(?!, skill review)/)
    expect(dialog()?.textContent).toContain('memory.search.remote.apiKey')
  })

  it('what the gateway rejects is said in its words, and a secret in the way bars it', async () => {
    const server = new VersionsServer({ name: 'One' }, { name: 'Two' })
    const route = server.intercept
    server.intercept = (call) =>
      call.path.endsWith('/rollback')
        ? problem(422, 'invalid', { errors: [{ path: 'name', message: 'is reserved here' }] })
        : route(call)
    await open(server, `${page}?rollback=1`)
    await click(await until(() => inDialog('Go back')))
    await says('is reserved here')
    await close()
    server.more = { blocked: ['tools.x.token'] }
    await open(server, `${page}?rollback=1`)
    await says('tools.x.token')
    expect((await until(() => inDialog('Go back'))).hasAttribute('disabled')).toBe(true)
  })

  const file = (name: string, outcome: RolledBackFile['outcome'], detail: string | null = null) => ({
    name,
    outcome,
    changeId: outcome === 'not_written' ? null : anId('cmd', Number(name.length)),
    detail,
  })
  const answering = (server: VersionsServer, told: Partial<RolledBack>) => {
    const route = server.intercept
    const nothing = { approvalId: null, change: null, verified: null, files: [], snapshot: null }
    server.intercept = (call) =>
      call.path.endsWith('/rollback') ? Response.json({ ...nothing, state: 'done', ...told }) : route(call)
  }

  it('that did only a part says of each file what became of it, and offers the way back', async () => {
    const server = new VersionsServer({ name: 'One' }, { name: 'Two' })
    await open(server, `${page}?rollback=1`)
    await until(() => inDialog('Go back'))
    const snapshot = server.make({ name: 'Half' }, 'change', { restores: 1 }) ?? null
    answering(server, {
      state: 'partial',
      snapshot,
      files: [
        file('AGENTS.md', 'undone'),
        file('SOUL.md', 'written', 'It changed since.'),
        file('USER.md', 'not_written', 'The gateway refused it.'),
      ],
    })
    await click(inDialog('Go back'))
    await says('Only a part of it went back')
    const rows = [...(dialog()?.querySelectorAll('li') ?? [])].map((one) => one.textContent)
    expect(rows).toEqual([
      'AGENTS.mdPut back',
      'SOUL.mdWrittenIt changed since.',
      'USER.mdNot writtenThe gateway refused it.',
    ])
    await until(() => inDialog('Preview anew'))
    await until(() => inDialog('Undo: back to version 2'))
    await says('A part of the way back to version 1')
  })

  it('whose second file fails behind the answer does not say that everything is as it was', async () => {
    const server = new VersionsServer({ name: 'One' }, { name: 'Two' })
    await open(server, `${page}?rollback=1`)
    await until(() => inDialog('Go back'))
    const change = AgentChange.parse({
      ...{ id: anId('cmd', 7), agentId: server.agent.id, kind: 'file', state: 'ordered', touches: ['SOUL.md'] },
      ...{ before: null, after: null, reference: null, jobId: null, failure: null, detail: null },
      ...{ orderedBy: { id: anId('usr', 1), name: 'Lin' }, orderedAt: at, deadline: at, endedAt: null },
    })
    answering(server, {
      state: 'under_way',
      change,
      files: [file('AGENTS.md', 'written'), file('SOUL.md', 'open'), file('USER.md', 'not_written')],
    })
    const route = server.intercept
    server.intercept = (call) =>
      call.path.endsWith(`/changes/${change.id}`)
        ? Response.json({ ...change, state: 'failed', failure: 'gateway_refused', detail: 'disk full', endedAt: at })
        : route(call)
    await click(inDialog('Go back'))
    await says('Only a part of it went back')
    expect(dialog()?.textContent).toContain('SOUL.mdNot writtendisk full')
    expect(text()).not.toContain('everything is as it was')
  })

  const away: [string, { connector?: Partial<Connector>; agent?: Partial<Agent> }, string][] = [
    ['the connector is offline', { connector: { state: 'offline' } }, 'Nothing is queued'],
    ['the agent is stopped', { agent: { control: 'stopped' } }, 'kill switch'],
    ['the agent is disabled', { agent: { control: 'disabled' } }, 'Enable it first'],
  ]
  it.each(away)(
    'while %s nothing is asked of the gateway, and a sentence says why',
    async (_, { connector = {}, agent = {} }, sentence) => {
      const server = new VersionsServer({ name: 'One' }, { name: 'Two' })
      server.connector = { ...server.connector, ...connector }
      server.agent = { ...server.agent, ...agent }
      await open(server, `${page}?rollback=1`)
      await until(() => dialog()?.textContent?.includes(sentence))
      expect(server.calls.filter(({ path }) => path.includes('/rollback'))).toEqual([])
    },
  )

  it('is not offered to who may only look', async () => {
    const server = new VersionsServer({ name: 'One' }, { name: 'Two' })
    server.role = 'viewer'
    await open(server, `${page}?from=1&to=2`)
    await says('Identity')
    expect(button('Go back to version 1')).toBeUndefined()
    expect(button('Check now')).toBeUndefined()
  })
})

describe('drift', () => {
  it('is told on the page of the agent, and accepting it ends it', async () => {
    const server = new VersionsServer({ name: 'One' }, { name: 'Two' })
    await open(server)
    await says('Its configuration was changed at the gateway')
    expect(text()).toContain('the baseline is version 1')
    expect(document.querySelector('a[href*="rollback=1"]')?.textContent).toBe('Restore')
    await click(button('Accept'))
    await click(await until(() => inDialog('Accept')))
    expect(server.callsOf(`POST /agents/${anId('agt', 1)}/drift/accept`)[0]?.body).toEqual({
      scope: 'agent_config',
      version: 2,
    })
    await until(() => !text().includes('Its configuration was changed at the gateway'))
  })

  it('is not told while there is none, and a check finds it', async () => {
    const server = new VersionsServer({ name: 'One' })
    await open(server)
    await says('Matches the baseline (version 1)')
    server.live = { name: 'Two' }
    await click(button('Check now'))
    await says('Its configuration was changed at the gateway')
  })

  /** The drift page over a list of what does not count, which somebody else may change. */
  const openIgnores = async (role: VersionsServer['role'] = 'owner') => {
    const server = new VersionsServer({})
    server.role = role
    const state: { ignores: DriftIgnores } = {
      ignores: { version: 3, patterns: ['heartbeat'], always: ['meta'], changedAt: at, changedByName: 'Wang' },
    }
    const route = server.intercept
    server.intercept = (call) => {
      if (call.path !== '/drift/ignores') return route(call)
      if (call.method === 'GET') return Response.json(state.ignores)
      const seen = call.headers.get('if-match')
      const { ignores } = state
      if (seen !== `"${ignores.version}"`) return problem(412, 'precondition_failed', { context: { ignores } })
      state.ignores = { ...ignores, ...PutDriftIgnores.parse(call.body), version: ignores.version + 1 }
      return Response.json(state.ignores)
    }
    await open(server, '/drift')
    await says('Paths that don’t count as drift')
    await says('heartbeat')
    const listed = () =>
      [...document.querySelectorAll('ul[aria-label="Paths that don’t count as drift"] li')].map(
        (one) => one.textContent,
      )
    const add = async (pattern: string) => {
      const input = await until(() =>
        document.querySelector<HTMLInputElement>('input[aria-label*="Paths that don’t count"]'),
      )
      await acting(() => {
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, pattern)
        input.dispatchEvent(new Event('input', { bubbles: true }))
      })
      await acting(() => {
        input.form?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
      })
    }
    return { server, state, listed, add }
  }

  it('a path that shall not count is added and saved on what was seen; one that would hide everything is not', async () => {
    const { state, listed, add } = await openIgnores()
    await add('*.*')
    await says('more than * and dots')
    expect(button('Save')?.hasAttribute('disabled')).toBe(true)
    await click(button('Discard'))
    expect(listed()).toEqual(['heartbeat'])
    await add('identity.theme')
    await click(await until(() => button('Save')))
    await until(() => button('Save') === undefined)
    expect(state.ignores).toMatchObject({ version: 4, patterns: ['heartbeat', 'identity.theme'] })
    expect(listed()).toEqual(['heartbeat', 'identity.theme'])
  })

  it('who was slower sees both, and saves only once that was looked at', async () => {
    const { server, state, listed, add } = await openIgnores()
    await add('mine')
    state.ignores = { ...state.ignores, version: 4, patterns: ['heartbeat', 'theirs'] }
    await click(await until(() => button('Save')))
    await says('Yours were put on top of theirs')
    expect(listed()).toEqual(['heartbeat', 'theirs', 'mine'])
    expect(state.ignores.version).toBe(4)
    await click(button('Save'))
    await until(() => state.ignores.version === 5)
    expect(state.ignores.patterns).toEqual(['heartbeat', 'theirs', 'mine'])
    expect(server.callsOf('PUT /drift/ignores').map(({ headers }) => headers.get('if-match'))).toEqual(['"3"', '"4"'])
  })

  it('the list is only looked at by who may not change it', async () => {
    await openIgnores('viewer')
    await says('Your role does not allow changing these')
    expect(document.querySelector('input[aria-label*="Paths that don’t count"]')).toBeNull()
  })

  it('what others changed in the list of what does not count is kept beneath mine', () => {
    expect(rebased(['a', 'b'], ['a', 'c'], ['a', 'b', 'd'])).toEqual(['a', 'd', 'c'])
    expect(rebased([], ['x'], ['x'])).toEqual(['x'])
  })
})
