import { afterEach, describe, expect, it } from 'vitest'
import '../../web/features/agents/agent-page.tsx'
import '../../web/features/agents/tabs/channels/agent-channels-tab.tsx'
import '../../web/features/agents/tabs/files/agent-files-tab.tsx'
import '../../web/features/agents/tabs/overview/agent-overview-tab.tsx'
import '../../web/features/agents/tabs/skills/agent-skills-tab.tsx'
import '../../web/features/agents/tabs/tools/agent-tools-tab.tsx'
import { keepDraft } from '../../web/features/agents/draft/drafts.ts'
import { sentinel } from '../../worker/features/connectors/link/questions/contract.ts'
import './support/loaded-pages.ts'
import { AgentAtGateway, aChange, aSkill } from './support/agents.ts'
import { problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { type } from './support/rules.ts'
import { until } from './support/until.ts'

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
})

const open = async (world: AgentAtGateway, tab: string) => {
  keepDraft(world.agent.id, null)
  close = (await openApp(`/agents/${world.agent.id}${tab}`, world.server)).close
}
const text = () => document.body.textContent ?? ''
const says = (words: string) => until(() => text().includes(words))
const dialog = () => document.querySelector('[role=dialog]')
/** The dialog, once it says so. */
const dialogSaying = (words: string) => until(() => (dialog()?.textContent?.includes(words) ? dialog() : null))
const listed = (label: string) => document.querySelector(`ul[aria-label="${label}"]`)?.textContent
const deny = async (name: string) => click(await until(() => button(`Deny${name}`)))

describe.each([
  { tab: '', part: 'config', failed: 'Couldn’t read this agent’s configuration', shown: 'Working directory' },
  { tab: '', part: 'sessions', failed: 'Couldn’t read the sessions', shown: 'The gateway has no session of it yet.' },
  { tab: '/tools', part: 'tools', failed: 'Couldn’t read the catalogue of tools', shown: 'exec it' },
  { tab: '/skills', part: 'skills', failed: 'Couldn’t read the skills', shown: 'No skills yet' },
  { tab: '/channels', part: 'channels', failed: 'Couldn’t read the channels', shown: 'The gateway has no channel yet' },
  { tab: '/files', part: 'files', failed: 'Couldn’t read the list of files', shown: 'The gateway keeps no files' },
])('$part of an agent', ({ tab, part, failed, shown }) => {
  it('says that it could not be read, and reads it again when it is told to', async () => {
    const world = new AgentAtGateway()
    world.refuses.add(part)
    await open(world, tab)
    await says(failed)
    world.refuses.clear()
    await click(button('Try again'))
    await says(shown)
    expect(text()).not.toContain(failed)
  })

  it('says while the gateway is away that this is what was known last, and why, and offers no change', async () => {
    const world = new AgentAtGateway({ entry: { tools: { deny: ['exec'] } } })
    world.isAway = true
    world.skills = part === 'skills' ? [aSkill('mail')] : []
    world.files = part === 'files' ? { 'SOUL.md': 'be kind' } : {}
    await open(world, tab)
    await says('What the gateway said last,')
    await says('the connector can’t reach its gateway')
    await says('changes need it back')
    expect([button('Deny'), button('Edit'), button('Remove')]).toEqual([undefined, undefined, undefined])
    expect([...document.querySelectorAll('main input[type=checkbox]:not([disabled])')]).toEqual([])
  })
})

it.each([
  { source: 'snapshot' as const, words: 'From the newest version' },
  { source: 'recorded' as const, words: 'what the gateway told by itself' },
])('an answer of $source says where it is from, and why it is not of now', async ({ source, words }) => {
  const world = new AgentAtGateway()
  Object.assign(world, { isAway: true, source })
  const missing = { bins: [], env: [], config: [], unsorted: ['jq', 'MAIL_KEY'] }
  world.skills = [aSkill('mail', { requires: null, missing, isEligible: false })]
  await open(world, '/skills')
  await says(words)
  await says('the connector can’t reach its gateway')
  await says('Missing: jq, MAIL_KEY')
})

/** Where something is told to be kept nowhere, as often as it is: one answer may show the next question. */
const tryAgain = () =>
  [...document.querySelectorAll('button')].find(
    (one) =>
      one.textContent === 'Try again' && one.parentElement?.parentElement?.textContent?.startsWith('Nothing of this'),
  )

it.each(['', '/tools', '/skills', '/channels', '/files'])(
  'what is kept nowhere while the gateway is away is told as unknown, and read once it is back: %s',
  async (tab) => {
    const world = new AgentAtGateway()
    Object.assign(world, { isAway: true, keepsNothing: true })
    await open(world, tab)
    await says('Nothing of this is kept here')
    await says('the connector can’t reach its gateway')
    expect(text()).not.toContain('Couldn’t read')
    Object.assign(world, { isAway: false, keepsNothing: false })
    for (let one = tryAgain(); one; one = tryAgain()) await click(one)
    expect(text()).not.toContain('Nothing of this is kept here')
  },
)

describe('a change of an agent', () => {
  it('is shown as what it means, sent with the hash it was made to, and said to be confirmed once it was read back', async () => {
    const world = new AgentAtGateway({ entry: { name: 'Ledger', tools: { deny: ['exec'] } } })
    await open(world, '/tools')
    await deny('write')
    await says('1 unsaved change')
    expect(world.writes).toEqual([])
    await click(button('Preview and save'))
    const shown = await dialogSaying('takes hold at once')
    expect(shown.textContent).toContain('write')
    expect(world.writes).toEqual([])
    await click(button('Save'))
    await says('Confirmed by the gateway at')
    expect(world.writes.map(({ body }) => body)).toEqual([
      { patch: { tools: { deny: ['exec', 'write'] } }, baseHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
    await until(() => button('Preview and save') === undefined && listed('Deny')?.includes('write'))
  })

  it('that restarts the gateway says so first, and its button says it again', async () => {
    const world = new AgentAtGateway()
    world.restartsAt = ['tools.deny']
    await open(world, '/tools')
    await deny('exec')
    await click(button('Preview and save'))
    await dialogSaying('Saving restarts the gateway: runs under way are cut off')
    expect(button('Save and restart the gateway')).toBeDefined()
    expect(world.writes).toEqual([])
  })

  it('goes to the newest configuration where it touches nothing that others changed', async () => {
    const world = new AgentAtGateway({ entry: { tools: { deny: ['exec'] } } })
    await open(world, '/tools')
    await deny('read')
    world.entry = { ...world.entry, name: 'Renamed' }
    await click(button('Preview and save'))
    await dialogSaying('takes hold at once')
    await click(button('Save'))
    await says('Confirmed by the gateway at')
    expect(world.entry).toEqual({ name: 'Renamed', tools: { deny: ['exec', 'read'] } })
  })

  it('of what somebody else changed meanwhile is not sent before a person has compared and chosen', async () => {
    const world = new AgentAtGateway({ entry: { tools: { deny: ['exec'] } } })
    await open(world, '/tools')
    await deny('read')
    world.entry = { tools: { deny: ['browser'] } }
    await click(button('Preview and save'))
    await dialogSaying('Somebody changed the same just now.')
    expect(button('Save')).toBeUndefined()
    await click(button('Compare'))
    const shown = await dialogSaying('The gateway’s now')
    for (const word of ['exec', 'read', 'browser']) expect(shown.textContent).toContain(word)
    await click(shown.querySelectorAll('input[type=radio]')[1])
    await click(button('Merge as chosen'))
    await until(() => listed('Deny')?.includes('browser') && dialog() === null)
    expect(world.writes).toEqual([])
  })

  it('that the gateway refuses keeps the draft, with the gateway’s own words at their path', async () => {
    const world = new AgentAtGateway()
    await open(world, '/tools')
    const { intercept } = world.server
    const errors = [{ path: 'tools.deny', message: 'must not name exec' }]
    world.server.intercept = (call) => (call.method === 'PATCH' ? problem(422, 'invalid', { errors }) : intercept(call))
    await deny('exec')
    await click(button('Preview and save'))
    await dialogSaying('takes hold at once')
    await click(button('Save'))
    await dialogSaying('must not name exec')
    await click(button('Keep editing'))
    await until(() => document.querySelector('main [role=alert]')?.textContent === 'must not name exec')
    expect(text()).toContain('1 unsaved change')
  })

  it('whose end nobody knows yet says so, locks what would send more, and is followed to its end', async () => {
    const world = new AgentAtGateway()
    await open(world, '/tools')
    const { intercept } = world.server
    let state: 'ordered' | 'lapsed' = 'ordered'
    const now = () => aChange({ state, endedAt: state === 'ordered' ? null : '2026-11-21T10:00:00.000Z' })
    world.server.intercept = (call) => {
      if (call.method === 'PATCH') return Response.json({ change: now(), differences: [] }, { status: 202 })
      return call.path.includes('/changes/cmd_') ? Response.json(now()) : intercept(call)
    }
    await deny('exec')
    await click(button('Preview and save'))
    await dialogSaying('takes hold at once')
    await click(button('Save'))
    await says('Under way; the gateway has not answered yet.')
    expect(button('Saving')?.disabled).toBe(true)
    state = 'lapsed'
    await says('It may be in force; please check.')
    expect(text()).toContain('1 unsaved change')
  })

  it('never carries the sentinel: a list that holds a hidden secret is not sent, what lies beside it is', async () => {
    const world = new AgentAtGateway({ entry: { tools: { deny: [sentinel] }, apiKey: sentinel } })
    await open(world, '/tools')
    await deny('exec')
    await says('tools.deny holds a hidden secret that this change would lose')
    expect(button('Preview and save')?.disabled).toBe(true)
    await click(button('Discard'))
    await until(() => button('Preview and save') === undefined)
    const profile = await until(() => document.querySelector<HTMLSelectElement>('main select:not([disabled])'))
    profile.value = 'coding'
    profile.dispatchEvent(new Event('change', { bubbles: true }))
    await click(await until(() => button('Preview and save')))
    await dialogSaying('takes hold at once')
    await click(button('Save'))
    await says('Confirmed by the gateway at')
    expect(world.writes.map(({ body }) => body)).toMatchObject([{ patch: { tools: { profile: 'coding' } } }])
    expect(JSON.stringify(world.writes)).not.toContain(sentinel)
    expect(world.entry).toEqual({ tools: { deny: [sentinel], profile: 'coding' }, apiKey: sentinel })
  })
})

describe('the tabs', () => {
  it('the overview says what holds from the defaults, and edits in place what the schema describes', async () => {
    const world = new AgentAtGateway({ entry: { name: 'Ledger' } })
    world.issues = [{ path: 'agents.entries.ledger.heartbeat.every', message: 'is no duration' }]
    await open(world, '')
    await says('stub/small from the defaults')
    await says('is no duration')
    await click(
      await until(() => [...document.querySelectorAll('main button')].filter((one) => one.textContent === 'Edit')[1]),
    )
    const field = await until(() =>
      [...document.querySelectorAll<HTMLInputElement>('main input')].find(({ value }) => value === 'Ledger'),
    )
    await type(field, 'Bookkeeper')
    await click(await until(() => button('Preview and save')))
    await dialogSaying('Bookkeeper')
    await click(button('Save'))
    await until(() => world.entry.name === 'Bookkeeper')
  })

  it('skills say what stands in their way, and the first that is switched off makes a filter of all the others', async () => {
    const world = new AgentAtGateway()
    const missing = { bins: ['pdftotext'], env: [], config: [] }
    world.skills = [aSkill('mail'), aSkill('pages', { isEligible: false, missing }), aSkill('notes')]
    await open(world, '/skills')
    await says('3 skills, 2 ready')
    await says('Missing programs: pdftotext')
    await click(document.querySelector('[aria-label="Let this agent use mail"]'))
    await click(await until(() => button('Preview and save')))
    await dialogSaying('takes hold at once')
    await click(button('Save'))
    await until(() => Array.isArray(world.entry.skills))
    expect(world.entry.skills).toEqual(['pages', 'notes'])
  })

  it('channels say which run and why one does not, and which conversations come to this agent', async () => {
    const world = new AgentAtGateway()
    const account = { id: 'bot-1', isEnabled: true, isConnected: false, lastError: 'token was revoked' }
    world.channels = [
      { id: 'telegram', label: 'Telegram', isConfigured: true, isRunning: false, accounts: [account] },
      { id: 'feishu', label: 'Feishu', isConfigured: true, isRunning: true, accounts: [] },
    ]
    world.bindings = [{ agentId: 'ledger', match: { channel: 'telegram', peer: '42' } }]
    await open(world, '/channels')
    await says('token was revoked')
    for (const words of ['Stopped', 'Running', 'Not connected', 'channeltelegram', 'peer42'])
      expect(text()).toContain(words)
  })

  it('a file is saved upon the text that was read, and one that another wrote meanwhile is laid beside mine', async () => {
    const world = new AgentAtGateway({ files: { 'SOUL.md': 'be kind' } })
    await open(world, '/files?file=SOUL.md')
    const editor = () => document.querySelector<HTMLTextAreaElement>('section[aria-label="SOUL.md"] textarea')
    const field = await until(() => (editor()?.value === 'be kind' && !editor()?.readOnly ? editor() : null))
    await type(field, 'be brief')
    world.files['SOUL.md'] = 'be loud'
    await click(button('Save'))
    await says('This file changed while you were editing')
    expect(world.files['SOUL.md']).toBe('be loud')
    expect(button('Save')?.disabled).toBe(true)
    await click(button('Go on with mine'))
    await click(button('Save'))
    await says('Confirmed by the gateway at')
    expect(world.files['SOUL.md']).toBe('be brief')
    expect(world.writes).toHaveLength(2)
  })

  it('a file with a hidden passage is not edited word by word, and emptied only when that is confirmed', async () => {
    const world = new AgentAtGateway({ files: { 'SOUL.md': `key ${sentinel}` } })
    await open(world, '/files?file=SOUL.md')
    await says('1 passage looks like a credential')
    expect(document.querySelector<HTMLTextAreaElement>('section[aria-label="SOUL.md"] textarea')).toHaveProperty(
      'readOnly',
      true,
    )
    await click(button('Replace as a whole'))
    await click(await until(() => dialog()?.querySelector('.btn-danger, .bg-critical')))
    await until(
      () => document.querySelector<HTMLTextAreaElement>('section[aria-label="SOUL.md"] textarea')?.value === '',
    )
    expect(world.writes).toEqual([])
  })
})
