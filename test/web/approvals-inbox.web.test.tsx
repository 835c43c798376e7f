import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { turnSingleKeys } from '../../web/features/approvals/keys.ts'
import { anApproval, anEntry } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp, press } from './support/open-app.tsx'
import { until } from './support/until.ts'

let server: FakeServer
let close: () => Promise<void> = async () => {}

const openInbox = async (...approvals: ReturnType<typeof anApproval>[]) => {
  server = new FakeServer(approvals)
  const app = await openApp('/approvals', server)
  close = app.close
  await until(() => rows().length > 0 && live())
}
const rows = () => [...document.querySelectorAll('li[data-id]')]
const live = () => [...document.querySelectorAll('header [role=status]')].some((one) => one.textContent === 'Live')
const current = () => document.querySelector('li[data-id] [aria-current]')?.closest('li')?.getAttribute('data-id')
const posts = () => server.calls.filter(({ method, path }) => method === 'POST' && path !== '/approvals/shown')
const dialog = () => document.querySelector('[role=dialog]')

beforeEach(() => {
  localStorage.clear()
  turnSingleKeys(true)
})
afterEach(async () => {
  await close()
})

describe('the keyboard', () => {
  it('walks with J and K and stops at the ends', async () => {
    const [one, two] = [anApproval(1), anApproval(2)]
    await openInbox(one, two)
    expect(current()).toBe(one.id)
    await press('j')
    await until(() => current() === two.id)
    await press('j')
    expect(current()).toBe(two.id)
    await press('k')
    await until(() => current() === one.id)
  })

  it('allows a high risk at once with A, bound to what was shown, and moves on', async () => {
    const [one, two] = [anApproval(1), anApproval(2)]
    await openInbox(one, two)
    await press('a')
    await until(() => posts().length === 1)
    expect(posts()[0]).toMatchObject({ path: `/approvals/${one.id}/approve`, body: { digest: one.digest } })
    await until(() => current() === two.id)
  })

  it('keeps a low risk back, and Z takes the decision back before it leaves', async () => {
    const one = anApproval(1, { risk: 'low' })
    await openInbox(one)
    await press('a')
    await until(() => document.body.textContent?.includes('Allow once: leaves in'))
    expect(posts()).toHaveLength(0)
    await press('z')
    await until(() => button('Reject'))
    expect(posts()).toHaveLength(0)
  })

  it('never lets a critical one through on a letter: the second step must be ticked first', async () => {
    await openInbox(anApproval(1, { risk: 'critical' }))
    await press('a')
    await until(dialog)
    expect(posts()).toHaveLength(0)
    await press('a', dialog() ?? document.body)
    expect(posts()).toHaveLength(0)
    expect(button('Allow once, for certain')?.disabled).toBe(true)
    await click(() => dialog()?.querySelector('input[type=checkbox]'))
    await click(() => button('Allow once, for certain'))
    await until(() => posts().length === 1)
  })

  it('asks for a reason on R and sends it when there is one', async () => {
    const one = anApproval(1)
    await openInbox(one)
    await press('r')
    const field = await until(() => document.querySelector<HTMLTextAreaElement>('[role=dialog] textarea'))
    await press('j', field)
    expect(posts()).toHaveLength(0)
    field.form?.requestSubmit()
    await until(() => posts().length === 1)
    expect(posts()[0]).toMatchObject({ path: `/approvals/${one.id}/reject`, body: { digest: one.digest } })
  })

  it('does nothing in a field, with a modifier, or when single letters are turned off', async () => {
    await openInbox(anApproval(1))
    const field = document.createElement('input')
    document.body.append(field)
    await press('a', field)
    field.remove()
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true, bubbles: true }))
    turnSingleKeys(false)
    await until(() => true)
    await press('a')
    expect(posts()).toHaveLength(0)
  })
})

describe('a decision', () => {
  it('that lost the race says who decided, what and when', async () => {
    const one = anApproval(1)
    await openInbox(one)
    server.intercept = ({ path }) =>
      path.endsWith('/approve')
        ? problem(409, 'already_decided', {
            context: {
              by: { kind: 'member', id: 'usr_2', name: 'Ada Keller' },
              at: '2026-11-21T03:04:05.000Z',
              outcome: 'reject',
            },
          })
        : undefined
    await press('a')
    const alert = await until(() => document.querySelector('[role=alert]'))
    expect(alert.textContent).toContain('Ada Keller decided first')
    expect(alert.textContent).toContain('Reject')
    expect(alert.textContent).toContain('req-test-1')
  })

  it('is followed live from decided to confirmed', async () => {
    const one = anApproval(1)
    await openInbox(one)
    await press('a')
    await until(() => rows()[0]?.textContent?.includes('Decided'))
    Object.assign(one, {
      state: 'confirmed',
      deliveredAt: new Date().toISOString(),
      confirmedAt: new Date().toISOString(),
    })
    server.tell(anEntry(12, { type: 'approval.confirmed' }))
    await until(() => rows()[0]?.textContent?.includes('Confirmed'))
  })

  it('cannot be made by somebody whose role does not allow it, and the reason is said', async () => {
    server = new FakeServer([anApproval(1)])
    server.role = 'viewer'
    close = (await openApp('/approvals', server)).close
    await until(() => document.body.textContent?.includes('Your role cannot decide.'))
    expect(button('Allow once')?.disabled).toBe(true)
    await press('a')
    expect(posts()).toHaveLength(0)
  })
})

it('a more urgent request does not slip under a key: what was open stays open', async () => {
  const [one, urgent] = [anApproval(2), anApproval(1, { risk: 'critical' })]
  await openInbox(one)
  server.approvals.push(urgent)
  server.tell(anEntry(13, { type: 'approval.opened' }))
  await until(() => rows().length === 2)
  expect(rows()[0]?.getAttribute('data-id')).toBe(urgent.id)
  expect(current()).toBe(one.id)
  await press('a')
  await until(() => posts().length === 1)
  expect(posts()[0]).toMatchObject({ path: `/approvals/${one.id}/approve` })
})

it('a new request appears without anything being pressed', async () => {
  await openInbox(anApproval(1))
  server.approvals.push(anApproval(2))
  server.tell(anEntry(13, { type: 'approval.opened' }))
  await until(() => rows().length === 2)
})
