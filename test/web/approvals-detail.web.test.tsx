import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { turnSingleKeys } from '../../web/features/approvals/keys.ts'
import { switchLocale } from '../../web/i18n/catalogue.ts'
import { defaultAsk } from '../../worker/features/rules/contract.ts'
import { acting } from './support/acting.ts'
import { anApproval, anId } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp, press } from './support/open-app.tsx'
import { until } from './support/until.ts'

let server: FakeServer
let close: () => Promise<void> = async () => {}
const openOne = async (approval: ReturnType<typeof anApproval>, prepare: (server: FakeServer) => void = () => {}) => {
  server = new FakeServer([approval])
  prepare(server)
  close = (await openApp('/approvals?all=yes', server)).close
  await until(
    () => document.querySelector('article') && document.querySelector('header')?.textContent?.includes('Live'),
  )
}
const detail = () => document.querySelector('article')?.textContent ?? ''
const dialog = () => document.querySelector('[role=dialog]')
const posts = () =>
  server.calls.filter(
    ({ method, path }) => method === 'POST' && path !== '/approvals/shown' && !path.endsWith('/challenge'),
  )

beforeEach(() => {
  localStorage.clear()
  turnSingleKeys(true)
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await close()
})

describe('who may decide', () => {
  const twoGroups = {
    ...defaultAsk,
    groups: [
      { roles: ['owner' as const], members: [], quorum: 1 },
      { roles: ['operator' as const], members: [], quorum: 2 },
    ],
  }
  const vote = {
    id: anId('vot', 1),
    outcome: 'allow_once' as const,
    by: { kind: 'member' as const, id: anId('usr', 2), userId: anId('usr', 2), name: 'Ada Keller' },
    at: new Date().toISOString(),
    reason: 'checked with finance',
    digest: 'digest-1',
    signed: true,
  }

  it('is said group by group, with how many have agreed, who, why, and whether they signed', async () => {
    await openOne(anApproval(1, { ask: twoGroups, missing: [1, 1], votes: [vote] }))
    expect(detail()).toContain('Every group has to agree')
    expect(detail()).toContain('0 of 1 agreed')
    expect(detail()).toContain('1 of 2 agreed')
    expect(detail()).toContain('Ada Keller')
    expect(detail()).toContain('signed with a passkey')
    expect(detail()).toContain('checked with finance')
    expect(document.querySelector('li[data-id]')?.textContent).toContain('1/3')
  })

  it.each([
    ['already_voted', 'You have voted; it waits for others.'],
    ['own_request', 'You asked for this yourself; someone else has to decide.'],
    ['not_eligible', 'By the rule, other people decide this one.'],
  ] as const)('keeps the buttons shut and says why: %s', async (refusedToCaller, words) => {
    await openOne(anApproval(1, { refusedToCaller }))
    await until(() => document.body.textContent?.includes(words))
    expect(button('Allow once')?.disabled).toBe(true)
    await press('a')
    await press('r')
    expect(dialog()).toBeNull()
    expect(posts()).toHaveLength(0)
  })

  it('a vote that was not the last one needed says that it waits for others', async () => {
    const one = anApproval(1, { ask: twoGroups, missing: [1, 2] })
    await openOne(one)
    server.intercept = ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/approve')) return undefined
      Object.assign(one, { missing: [0, 2], votes: [vote], refusedToCaller: 'already_voted' })
      return Response.json(one)
    }
    await press('a')
    await until(() => document.querySelector('li[data-id]')?.textContent?.includes('Waiting for others'))
  })
})

describe('a decision that the rule wants signed', () => {
  const asked = () => anApproval(1, { ask: { ...defaultAsk, passkey: true } })
  const challenge = {
    options: { challenge: 'AAAA', rpId: 'localhost', userVerification: 'required' },
    signed: {
      v: 1,
      approvalId: anId('apr', 1),
      digest: 'digest-1',
      outcome: 'allow_once',
      ruleSetVersion: 1,
      expiresAt: '2026-11-21T03:04:05.000Z',
    },
  }
  const answerChallenge = (to: FakeServer) => {
    to.passkeys = 1
    to.intercept = ({ path }) => (path.endsWith('/challenge') ? Response.json(challenge) : undefined)
  }
  const askToSign = async () => {
    await press('a')
    await until(dialog)
    await click(() => [...(dialog()?.querySelectorAll('button') ?? [])].at(-1))
  }

  it('cannot be made without a passkey, and the way to one is shown', async () => {
    await openOne(asked())
    await press('a')
    const box = await until(dialog)
    expect(box.querySelector('a[href="/settings/security"]')).not.toBeNull()
    expect([...box.querySelectorAll('button')].at(-1)?.disabled).toBe(true)
    expect(posts()).toHaveLength(0)
  })

  it('is not made when the browser knows no passkeys', async () => {
    await openOne(asked(), answerChallenge)
    await askToSign()
    await until(() => dialog()?.textContent?.includes('This browser has no passkeys.'))
    expect(posts()).toHaveLength(0)
  })

  it('is not made when the person gives the ceremony up, and may be tried again', async () => {
    vi.stubGlobal('PublicKeyCredential', class {})
    vi.spyOn(navigator, 'credentials', 'get').mockReturnValue({
      get: () => Promise.reject(new DOMException('given up', 'NotAllowedError')),
      create: () => Promise.reject(new DOMException('given up', 'NotAllowedError')),
      store: () => Promise.reject(new DOMException('given up', 'NotAllowedError')),
      preventSilentAccess: () => Promise.resolve(),
    })
    await openOne(asked(), answerChallenge)
    await askToSign()
    await until(() => dialog()?.textContent?.includes('The signature was cancelled or timed out.'))
    expect([...(dialog()?.querySelectorAll('button') ?? [])].at(-1)?.disabled).toBe(false)
    expect(posts()).toHaveLength(0)
  })

  it('says what the server says when it gives no challenge', async () => {
    vi.stubGlobal('PublicKeyCredential', class {})
    await openOne(asked(), (to) => {
      to.passkeys = 1
      to.intercept = ({ path }) => (path.endsWith('/challenge') ? problem(409, 'already_decided') : undefined)
    })
    await askToSign()
    await until(() => dialog()?.textContent?.includes('Someone else decided first.'))
    expect(posts()).toHaveLength(0)
  })
})

describe('the detail', () => {
  it('shows what a tool is given as it is read, and marks the dangerous part of a command where it stands', async () => {
    await openOne(anApproval(1, { arguments: { table: 'invoices', rows: 1284 } }))
    expect(detail()).toContain('"rows": 1284')
    expect(document.querySelector('article mark')?.textContent).toBe('rm -rf')
  })

  it('says in words what a shadow rule would have done', async () => {
    await openOne(
      anApproval(1, { shadowed: [{ ruleId: anId('rul', 1), ruleName: 'let reads pass', outcome: 'allow' }] }),
    )
    expect(detail()).toContain('The shadow rule “let reads pass” would have allowed this.')
  })

  it('takes a comment and shows it', async () => {
    await openOne(anApproval(1))
    await press('c')
    const field = await until(() => document.querySelector('textarea'))
    expect(document.activeElement).toBe(field)
  })

  it('is reported as opened once it has been for a moment', async () => {
    await openOne(anApproval(41))
    await until(() => server.callsOf('POST /approvals/shown').length > 0)
    expect(server.callsOf('POST /approvals/shown')[0]?.body).toMatchObject({ opened: [anId('apr', 41)] })
  })
})

it('what a budget asks for is said in the reader’s language, not in the sentence that came along', async () => {
  const asked = { budget: 'Team', amountMicroUsd: 12_500_000 }
  const title = 'Let the budget Team be passed by 12.50 USD'
  await openOne(anApproval(1, { source: 'api', action: 'budget.override', title, arguments: asked }))
  expect(detail()).toContain('Let the budget Team be passed by 12.5 USD')
  await acting(() => switchLocale('zh-CN'))
  await until(() => detail().includes('让预算“Team”再超出 12.5 USD'))
})
