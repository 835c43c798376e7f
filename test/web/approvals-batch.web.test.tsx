import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { extendSelection, planBatch, risksOf, toggleSelection } from '../../web/features/approvals/batch.ts'
import { turnSingleKeys } from '../../web/features/approvals/keys.ts'
import { defaultAsk } from '../../worker/features/rules/contract.ts'
import { anApproval } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp, press } from './support/open-app.tsx'
import { until } from './support/until.ts'

describe('what a batch would do', () => {
  const now = Date.now()
  const facts = { now, opened: new Set<string>(), allows: true }
  const selected = [
    anApproval(1, { risk: 'low', reversibility: 'reversible' }),
    anApproval(2, { risk: 'medium' }),
    anApproval(3, { risk: 'critical' }),
    anApproval(4, { refusedToCaller: 'own_request' }),
    anApproval(5, { refusedToCaller: 'already_voted' }),
    anApproval(6, { expiresAt: new Date(now - 1).toISOString() }),
    anApproval(7, { ask: { ...defaultAsk, passkey: true } }),
    anApproval(8, { allowedOutcomes: ['reject'] }),
  ]
  const numbers = (approvals: { id: string }[]) => approvals.map(({ id }) => Number(id.slice(-2)))

  it('counts each of the selection once: decided by its risk, or left out for one reason', () => {
    const plan = planBatch(selected, facts)
    expect(numbers(plan.decides)).toEqual([1, 2])
    expect(plan.byRisk).toEqual({ low: 1, medium: 1, high: 0, critical: 0 })
    expect(plan.leftOut).toEqual({
      not_opened: 1,
      not_eligible: 1,
      own_request: 1,
      already_voted: 1,
      passkey: 1,
      over: 1,
    })
    expect(risksOf(plan)).toEqual(['medium', 'low'])
  })

  it('takes in what is critical once its detail has been open', () => {
    const critical = anApproval(3, { risk: 'critical' })
    const plan = planBatch([critical], { ...facts, opened: new Set([critical.id]) })
    expect(numbers(plan.decides)).toEqual([3])
    expect(plan.needsSecondStep).toBe(true)
  })

  it('refuses what only allowing would have to sign, and needs no second step for it', () => {
    const plan = planBatch(selected, { ...facts, allows: false })
    expect(numbers(plan.decides)).toEqual([1, 2, 7, 8])
    expect(plan.needsSecondStep).toBe(false)
  })
})

describe('a selection', () => {
  it('grows by everything between two places, whichever comes first', () => {
    const ids = ['a', 'b', 'c', 'd']
    expect([...extendSelection(new Set(['d']), ids, 'c', 'a')]).toEqual(['d', 'a', 'b', 'c'])
    expect([...extendSelection(new Set(['d']), ids, 'gone', 'a')]).toEqual(['d'])
  })

  it('forgets what is chosen a second time', () => {
    expect([...toggleSelection(toggleSelection(new Set(), 'a'), 'a')]).toEqual([])
  })
})

describe('in the inbox', () => {
  let server: FakeServer
  let close: () => Promise<void> = async () => {}
  const open = async (...approvals: ReturnType<typeof anApproval>[]) => {
    server = new FakeServer(approvals)
    close = (await openApp('/approvals', server)).close
    await until(
      () => document.querySelector('li[data-id]') && document.querySelector('header')?.textContent?.includes('Live'),
    )
  }
  const batches = () => server.callsOf('POST /approvals/batch')
  const text = () => document.body.textContent ?? ''
  const low = (number: number) => anApproval(number, { risk: 'low', reversibility: 'reversible' })

  beforeEach(() => {
    localStorage.clear()
    turnSingleKeys(true)
  })
  afterEach(() => close())

  it('X selects, Shift+J extends, and the bar says what would happen before it does', async () => {
    await open(low(1), low(2), anApproval(3, { risk: 'critical' }))
    await press('x')
    await until(() => text().includes('1 selected'))
    await press('J')
    await press('J')
    await until(() => text().includes('3 selected'))
    expect(text()).toContain('Would allow 2: 2 Low')
    expect(text()).toContain('1 critical left out: open it first')
    expect(batches()).toHaveLength(0)
    await press('Escape')
    await until(() => !text().includes('selected'))
  })

  it('keeps a harmless batch back, and Z takes all of it back', async () => {
    await open(low(1), low(2))
    await press('x')
    await press('J')
    await press('a')
    await until(() => text().includes('Allow once: 2, leaves in'))
    await press('z')
    await until(() => !text().includes('leaves in'))
    expect(document.querySelectorAll('li[data-id] input[type=checkbox]')).toHaveLength(2)
    expect(batches()).toHaveLength(0)
  })

  it('lists a grave batch whole and sends it only after it was ticked', async () => {
    const [one, two] = [anApproval(1), anApproval(2)]
    await open(one, two)
    await press('x')
    await press('J')
    await press('a')
    const dialog = await until(() => document.querySelector('[role=dialog]'))
    expect(dialog.textContent).toContain(one.command)
    expect(dialog.textContent).toContain(two.command)
    await click(dialog.querySelector('input[type=checkbox]'))
    await click(() => [...dialog.querySelectorAll('button')].at(-1))
    await until(() => batches().length === 1)
    expect(batches()[0]?.body).toEqual({
      items: [one, two].map(({ id, digest }) => ({ id, digest, outcome: 'allow_once' })),
    })
    await until(() => text().includes('Allow once: 2 done'))
  })

  it('says for each that failed why, and leaves it in the list', async () => {
    const [one, two] = [anApproval(1), anApproval(2)]
    await open(one, two)
    server.intercept = ({ path }) => {
      if (path !== '/approvals/batch') return undefined
      one.state = 'decided'
      return Response.json({
        decided: 1,
        failed: 1,
        items: [
          { ok: true, id: one.id, state: 'decided' },
          { ok: false, id: two.id, code: 'not_eligible', detail: 'The rule asks other people.' },
        ],
      })
    }
    await press('x')
    await press('J')
    await press('r')
    await until(() => document.querySelector('[role=dialog]'))
    await click(() => button('Reject 2'))
    await click(() => [...document.querySelectorAll('[role=dialog] button')].at(-1))
    await until(() => text().includes('Reject: 1 done, 1 had no effect'))
    expect(text()).toContain('By the rules, this request is not yours to decide.')
    expect(document.querySelector(`li[data-id="${two.id}"] input[type=checkbox]`)).not.toBeNull()
  })

  it('takes back every one when the whole request fails', async () => {
    await open(low(1), low(2))
    server.intercept = ({ path }) => (path === '/approvals/batch' ? problem(503, 'unavailable') : undefined)
    await press('x')
    await press('J')
    await press('r')
    await until(() => document.querySelector('[role=dialog]'))
    await click(() => [...document.querySelectorAll('[role=dialog] button')].at(-1))
    await until(() => text().includes('leaves in'))
    globalThis.dispatchEvent(new Event('pagehide'))
    await until(() => text().includes('0 done, 2 had no effect'))
    expect(document.querySelectorAll('li[data-id] input[type=checkbox]')).toHaveLength(2)
  })
})
