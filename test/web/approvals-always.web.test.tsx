import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  draftOf,
  spelledOut,
  withArgument,
  withMore,
  withPlace,
  withWord,
} from '../../web/features/approvals/always/draft.ts'
import { turnSingleKeys } from '../../web/features/approvals/keys.ts'
import type { GrantCoverage, GrantPattern, GrantProposal } from '../../worker/features/grants/contract.ts'
import { defaultAsk } from '../../worker/features/rules/contract.ts'
import { anApproval, anId } from './support/build.ts'
import { FakeServer } from './support/fake-server.ts'
import { button, click, openApp, press } from './support/open-app.tsx'
import { until } from './support/until.ts'

const exact: GrantPattern = {
  source: 'openclaw.exec',
  action: 'exec',
  agentId: anId('agt', 1),
  connectorId: anId('con', 1),
  command: null,
  words: { words: [{ exact: 'git' }, { exact: 'push' }, { exact: 'main' }], more: false },
  cwd: { path: '/srv', within: false },
  arguments: null,
  riskMax: 'high',
}
const coverage = (covered: number, refused: number): GrantCoverage => ({
  from: '2026-10-22T00:00:00.000Z',
  to: '2026-11-21T00:00:00.000Z',
  scanned: 40,
  covered,
  allowed: covered - refused,
  refused,
  undecided: 0,
  byRisk: { low: 0, medium: 0, high: covered, critical: 0 },
  sample: [],
})

describe('a pattern', () => {
  it('is widened word by word and narrowed to the very word again', () => {
    const wide = withWord(exact, exact, 2)
    expect(wide.words?.words[2]).toEqual({ any: true })
    expect(withWord(wide, exact, 2)).toEqual(exact)
    expect(withMore(exact, true).words?.more).toBe(true)
  })

  it('that was cut short gets the words of the request back as gaps', () => {
    const cut = { ...exact, words: { words: [{ exact: 'git' }], more: true } }
    expect(spelledOut(cut, exact).words?.words).toEqual([{ exact: 'git' }, { any: true }, { any: true }])
  })

  it('lets go of a directory and takes it up again', () => {
    const anywhere = withPlace(exact, '/srv', 'any')
    expect(anywhere.cwd).toBeNull()
    expect(withPlace(anywhere, '/srv', 'within').cwd).toEqual({ path: '/srv', within: true })
  })

  it('lets go of one argument and keeps the others', () => {
    const asked = { table: 'invoices', rows: 3 }
    const tool = { ...exact, words: null, arguments: asked }
    const one = withArgument(tool, asked, 'rows')
    expect(one.arguments).toEqual({ table: 'invoices' })
    expect(withArgument(one, asked, 'table').arguments).toBeNull()
    expect(withArgument(one, asked, 'rows').arguments).toEqual(asked)
  })

  it('holds for thirty days unless something else is chosen', () => {
    expect(draftOf(exact)).toMatchObject({ expiresInMs: 30 * 86_400_000, usesMax: null, atGateway: false })
  })
})

describe('the dialog', () => {
  const wide = { ...exact, words: { words: [{ exact: 'git' }], more: true } }
  const proposals: GrantProposal[] = [
    { label: 'exact', pattern: exact, coverage: coverage(2, 0), gatewayOffers: false },
    { label: 'any_last_words', pattern: wide, coverage: coverage(9, 3), gatewayOffers: false },
  ]
  let server: FakeServer
  let close: () => Promise<void> = async () => {}
  const dialog = () => document.querySelector('[role=dialog]')
  const approves = () => server.calls.filter(({ path }) => path.endsWith('/approve'))
  const openDialog = async () => {
    server = new FakeServer([anApproval(1)])
    server.proposals = proposals
    close = (await openApp('/approvals', server)).close
    await until(
      () => document.querySelector('article') && document.querySelector('header')?.textContent?.includes('Live'),
    )
    await press('A')
    await until(() => dialog()?.querySelector('fieldset'))
  }

  beforeEach(() => {
    localStorage.clear()
    turnSingleKeys(true)
  })
  afterEach(() => close())

  it('starts from the narrowest proposal with the focus on Cancel, and has decided nothing', async () => {
    await openDialog()
    expect(dialog()?.querySelector<HTMLInputElement>('input[type=radio]')?.checked).toBe(true)
    await until(() => document.activeElement?.textContent === 'Cancel')
    expect(approves()).toHaveLength(0)
  })

  it('warns of a wider one that people had refused part of', async () => {
    await openDialog()
    await click(() => dialog()?.querySelectorAll('input[type=radio]')[1])
    await until(() => dialog()?.textContent?.includes('People refused 3 of these in the last 30 days.'))
  })

  it('asks what a pattern changed by hand would have covered', async () => {
    await openDialog()
    server.coverage = coverage(5, 1)
    await click(
      [...(dialog()?.querySelectorAll('button[aria-pressed]') ?? [])].find((one) => one.textContent === 'main'),
    )
    await until(() => dialog()?.textContent?.includes('5 of 40'))
    const [asked] = server.callsOf('POST /approvals/grants/coverage')
    expect(asked?.body).toMatchObject({ days: 30, pattern: { words: { words: [{}, {}, { any: true }] } } })
  })

  it('sends the digest of what was shown together with what is granted', async () => {
    await openDialog()
    await click(() => [...(dialog()?.querySelectorAll('button') ?? [])].at(-1))
    await until(() => approves().length === 1)
    expect(approves()[0]?.body).toMatchObject({
      mode: 'always',
      digest: 'digest-1',
      grant: { pattern: exact, expiresInMs: 30 * 86_400_000 },
    })
  })

  it('is not offered where more than one person has to agree', async () => {
    const ask = { ...defaultAsk, groups: [{ roles: ['owner' as const], members: [], quorum: 2 }] }
    server = new FakeServer([anApproval(1, { ask, missing: [2] })])
    close = (await openApp('/approvals', server)).close
    await until(() => button('Allow once'))
    expect(button('Always allow')).toBeUndefined()
    await press('A')
    expect(dialog()).toBeNull()
  })
})
