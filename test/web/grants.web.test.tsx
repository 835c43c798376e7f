import { afterEach, describe, expect, it } from 'vitest'
import { conditionOf } from '../../web/features/rules/pattern-condition.ts'
import type { Grant, GrantPattern } from '../../worker/features/grants/contract.ts'
import { checkCondition } from '../../worker/features/rules/condition/check.ts'
import './support/loaded-pages.ts'
import { anId } from './support/build.ts'
import { FakeServer } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { type } from './support/rules.ts'
import { until } from './support/until.ts'

const aPattern = (given: Partial<GrantPattern> = {}): GrantPattern => ({
  source: 'openclaw.exec',
  action: 'exec',
  agentId: anId('agt', 1),
  connectorId: null,
  command: null,
  words: { words: [{ exact: 'git' }, { exact: 'push' }, { any: true }, { exact: 'main' }], more: false },
  cwd: { path: '/srv/app', within: true },
  arguments: null,
  riskMax: 'medium',
  ...given,
})
const aGrant = (number: number, given: Partial<Grant> = {}): Grant => ({
  id: anId('grn', number),
  pattern: aPattern(),
  agentName: 'Ledger',
  connectorName: null,
  approvalId: anId('apr', 1),
  createdBy: { kind: 'member', id: anId('usr', 1), name: 'Lin' },
  createdAt: '2026-11-01T10:00:00.000Z',
  expiresAt: new Date(Date.now() + 5 * 86_400_000).toISOString(),
  usesMax: 50,
  uses: 17,
  lastUsedAt: null,
  revokedAt: null,
  revokedBy: null,
  revokeReason: null,
  state: 'active',
  gateway: 'none',
  ...given,
})

describe('the list of grants', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    await close()
  })
  const open = async (path: string, role: FakeServer['role'], ...grants: Grant[]) => {
    const server = new FakeServer()
    server.role = role
    server.intercept = ({ path: asked, query }) => {
      if (asked === '/approvals/grants')
        return Response.json({
          items: grants.filter(({ state }) => (state === 'active') === (query.get('state') === 'active')),
          nextCursor: null,
        })
      return asked.endsWith('/revoke') ? Response.json(grants[0]) : undefined
    }
    close = (await openApp(path, server)).close
    await until(() => document.querySelector('h1'))
    return server
  }
  const row = () => until(() => document.querySelector('ul[aria-label=Grants] li'))

  it('says in words what is covered, how much is used, and by whom it was made', async () => {
    await open('/approvals/grants', 'owner', aGrant(1, { gateway: 'kept' }))
    const text = (await row()).textContent
    expect(text).toContain('Ledger may run gitpushany wordmain in /srv/app or below')
    expect(text).toContain('17 of 50 uses')
    expect(text).toContain('up to Medium risk')
    expect(text).toContain('the gateway remembers it too')
    expect(text).toContain('granted by Lin')
  })

  it('revokes one with the reason', async () => {
    const server = await open('/approvals/grants', 'owner', aGrant(1))
    await row()
    await click(() => button('Revoke'))
    const reason = await until(() => document.querySelector<HTMLTextAreaElement>('[role=dialog] textarea'))
    await type(reason, ' no longer needed ')
    document.querySelector<HTMLFormElement>('[role=dialog] form')?.requestSubmit()
    await until(() => server.callsOf(`POST /approvals/grants/${anId('grn', 1)}/revoke`).length === 1)
    expect(server.callsOf(`POST /approvals/grants/${anId('grn', 1)}/revoke`)[0]?.body).toEqual({
      reason: 'no longer needed',
    })
  })

  it('shows why one ended, and offers nothing to do about it', async () => {
    const ended = { state: 'revoked', revokedBy: 'Ada', revokeReason: 'branch is protected now' } as const
    await open('/approvals/grants?state=ended', 'owner', aGrant(1, { ...ended, revokedAt: '2026-11-02T10:00:00.000Z' }))
    expect((await row()).textContent).toContain('branch is protected now')
    expect(button('Revoke')).toBeUndefined()
  })

  it('lets who may not revoke only look', async () => {
    await open('/approvals/grants', 'approver', aGrant(1))
    await row()
    await until(() => document.body.textContent?.includes('Your role can read grants.'))
    expect(button('Revoke')).toBeUndefined()
  })
})

describe('a grant made a rule', () => {
  const patterns: [string, GrantPattern][] = [
    ['words', aPattern()],
    ['further words', aPattern({ words: { words: [{ exact: 'ls' }], more: true }, riskMax: 'critical' })],
    ['only gaps', aPattern({ words: { words: [{ any: true }, { any: true }], more: false }, cwd: null })],
    [
      'a whole command',
      aPattern({ words: null, command: 'cd "/a b" && make\n| tee \\x', cwd: { path: '/a', within: false } }),
    ],
    [
      'arguments',
      aPattern({
        ...{ source: 'openclaw.plugin', action: 'browser.open', agentId: null, connectorId: anId('con', 1) },
        ...{
          words: null,
          cwd: null,
          arguments: { url: 'https://a.example', port: 443, deep: { list: [1.5, null, true] } },
        },
      }),
    ],
  ]
  it.each(patterns)('is a condition that holds before it is looked at: %s', (_, pattern) => {
    expect(checkCondition(conditionOf(pattern)).check).toMatchObject({ ok: true, faults: [] })
  })
})
