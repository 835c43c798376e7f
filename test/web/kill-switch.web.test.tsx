import { afterEach, describe, expect, it } from 'vitest'
import { switchLocale } from '../../web/i18n/catalogue.ts'
import { releaseReasons } from '../../worker/features/budgets/contract.ts'
import type {
  KillDrill,
  KilledAgent,
  KillGateway,
  KillOrder,
  KillPreview,
} from '../../worker/features/kill-switch/contract.ts'
import './support/loaded-pages.ts'
import '../../web/features/kill-switch/order/order-page.tsx'
import '../../web/features/kill-switch/overview/kill-switch-page.tsx'
import { acting } from './support/acting.ts'
import { anId } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { type } from './support/rules.ts'
import { until } from './support/until.ts'

const at = '2026-11-21T10:00:00.000Z'
const lin = { id: anId('usr', 1), name: 'Lin' }
const where = {
  connectorId: anId('con', 1),
  connectorName: 'edge',
  reach: 'online',
  onReconnect: null,
  remedy: null,
} as const
const counts = { agents: 1, confirmed: 1, failed: 0, broken: 0, recovered: 0 }
const aTarget = (given: Partial<KillOrder['targets'][number]> = {}): KillOrder['targets'][number] => ({
  ...where,
  ...counts,
  state: 'confirmed',
  isAll: false,
  orderedAt: at,
  deliveredAt: at,
  confirmedAt: at,
  recoveredAt: null,
  deliveredMs: 31,
  confirmedMs: 412,
  failure: null,
  detail: null,
  ...given,
})
const anOrder = (given: Partial<KillOrder> = {}): KillOrder => ({
  id: anId('kil', 1),
  scope: { kind: 'agent', ref: anId('agt', 1), name: 'Ledger' },
  reason: 'it deletes things',
  policy: 'stop_again',
  state: 'stopped',
  orderedBy: lin,
  budgetId: null,
  orderedAt: at,
  confirmedMs: 412,
  recovery: null,
  endedAt: null,
  tally: counts,
  targets: [aTarget()],
  ...given,
})
const aKilled = (given: Partial<KilledAgent> = {}): KilledAgent => ({
  connectorId: where.connectorId,
  externalId: 'ledger',
  agentId: anId('agt', 1),
  name: 'Ledger',
  state: 'stopped',
  at,
  steps: [
    { step: 'abort', outcome: 'done', startedMs: 2, endedMs: 18, because: null, detail: '', counts: { runs: 2 } },
    {
      ...{ step: 'deny', outcome: 'failed', startedMs: 5, endedMs: 380, because: null, counts: {} },
      detail: 'the gateway was busy',
    },
    {
      ...{ step: 'cron', outcome: 'done', startedMs: 5, endedMs: 40, detail: 'in English', counts: { jobs: 2 } },
      because: { code: 'gateway_owned', facts: { left: 1 } },
    },
  ],
  record: { entry: 'a'.repeat(64), jobs: 'b'.repeat(64), jobCount: 2 },
  isRefused: true,
  abortedRuns: 2,
  abortedMs: 18,
  confirmedMs: 412,
  differs: [],
  brokenCount: 0,
  brokenAt: null,
  ...given,
})
const preview: KillPreview = {
  scope: { kind: 'organization', ref: null, name: 'Acme' },
  agents: 3,
  alreadyStopped: 1,
  pendingApprovals: 2,
  openRuns: 1,
  connectors: [
    {
      ...where,
      agents: 2,
      openRuns: 1,
      pendingApprovals: 2,
      activeSessions: 1,
      subAgents: 0,
      enabledJobs: 4,
      hasPlugin: true,
    },
    {
      ...where,
      connectorId: anId('con', 2),
      connectorName: 'attic',
      reach: 'connector_offline',
      onReconnect: 'stop_first',
      agents: 1,
      openRuns: 0,
      pendingApprovals: 0,
      activeSessions: null,
      subAgents: null,
      enabledJobs: null,
      hasPlugin: null,
    },
  ],
}

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
})

const open = async (
  path: string,
  { role = 'owner' as FakeServer['role'], order = anOrder(), killed = aKilled(), drills = [] as KillDrill[] } = {},
) => {
  const server = new FakeServer()
  server.role = role
  const state = { order, killed, gateways: [] as KillGateway[], drills }
  server.intercept = (call) => {
    const line = `${call.method} ${call.path}`
    const page = (items: unknown[]) => Response.json({ items, nextCursor: null })
    if (line === 'POST /kill-switch/preview') return Response.json(preview)
    if (line === 'POST /kill-switch/disable') return Response.json(state.order, { status: 202 })
    if (line === 'POST /kill-switch/recover') return problem(422, 'invalid')
    if (line === 'GET /kill-switch/drills') {
      const [from, limit] = [Number(call.query.get('cursor') ?? 0), Number(call.query.get('limit'))]
      const [end, { drills }] = [from + limit, state]
      const nextCursor = end < drills.length ? String(end) : null
      return Response.json({ items: drills.slice(from, end), nextCursor })
    }
    if (line === 'GET /kill-switch/gateways') return Response.json({ items: state.gateways })
    if (line === `GET /kill-switch/orders/${order.id}`) return Response.json(state.order)
    if (line === `GET /kill-switch/orders/${order.id}/agents`) return page([state.killed])
    if (line === 'GET /kill-switch/orders') return page(call.query.get('state') === 'open' ? [state.order] : [])
    return undefined
  }
  close = (await openApp(path, server)).close
  await until(() => document.querySelector('h1'))
  return { server, state }
}
const ordered = (server: FakeServer) => server.callsOf('POST /kill-switch/disable')
const pageSays = (text: string) => until(() => document.body.textContent?.includes(text))
const fire = (target: Element, event: Event) => acting(() => target.dispatchEvent(event))
const dialog = () => document.querySelector('[role=dialog]')

it('shows every drill there was, page by page', async () => {
  const ended = { state: 'lapsed' as const, orderedBy: lin, orderedAt: at, endedAt: at, report: null, detail: null }
  const drills = Array.from({ length: 45 }, (_, n) => ({
    ...{ id: anId('drl', n + 1), connectorId: where.connectorId, connectorName: `gateway ${n}`, ...ended },
  }))
  await open('/kill-switch', { drills })
  const shown = () => document.querySelectorAll('details').length
  await until(() => shown() === 20)
  await click(button('Load older'))
  await until(() => shown() === 40)
  await click(button('Load older'))
  await until(() => shown() === 45 && button('Load older') === undefined)
  await pageSays('gateway 44')
})

describe('holding to stop', () => {
  const asked = async () => {
    const world = await open('/kill-switch')
    await click(await until(() => button('Stop')))
    await until(dialog)
    await click(await until(() => dialog()?.querySelectorAll('input[type=radio]')[3]))
    await pageSays('attic cannot be reached now')
    const hold = () => until(() => button('Hold 1.5 s'))
    return { ...world, hold }
  }
  const reason = async () => type(await until(() => dialog()?.querySelector('textarea')), 'a leak')

  it('shows what would stop, with what cannot be known as unknown', async () => {
    await asked()
    const said = [...(dialog()?.querySelectorAll('dl > div') ?? [])].map((one) => one.textContent)
    expect(said).toEqual(['3Agents', '1Runs', '0Sub-agents', '4Jobs', '2Approvals'])
    expect(dialog()?.textContent).toContain('1 of them are stopped already')
  })

  it('does nothing without a reason, and nothing when it is let go too early', async () => {
    const { server, hold } = await asked()
    const down = () => new PointerEvent('pointerdown', { bubbles: true, button: 0 })
    await fire(await hold(), down())
    expect(button('Keep holding')).toBeUndefined()
    await fire(await hold(), new PointerEvent('pointerup', { bubbles: true }))
    await reason()
    await fire(await hold(), down())
    const held = await until(() => button('Keep holding'))
    await fire(held, new PointerEvent('pointerup', { bubbles: true }))
    await hold()
    await fire(await hold(), new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true }))
    await fire(await until(() => button('Keep holding')), new KeyboardEvent('keyup', { key: ' ', bubbles: true }))
    await hold()
    expect(ordered(server)).toEqual([])
  })

  it('orders once when the key is held, and leads to the order', async () => {
    const { server, hold } = await asked()
    await reason()
    const key = (repeat: boolean) =>
      new KeyboardEvent('keydown', { key: 'Enter', repeat, bubbles: true, cancelable: true })
    await fire(await hold(), key(false))
    await fire(await until(() => button('Keep holding')), key(true))
    await until(() => ordered(server).length === 1)
    await pageSays('Stop of agent Ledger')
    expect(ordered(server).map(({ body }) => body)).toEqual([
      { scope: { kind: 'organization' }, reason: 'a leak', policy: 'stop_again' },
    ])
  })

  it('lets the name be typed by who cannot hold, and a bare press leads there', async () => {
    const { server, hold } = await asked()
    await reason()
    await click(await hold())
    const name = await until(() => dialog()?.querySelector<HTMLInputElement>('input[autocomplete=off]'))
    await type(name, 'Acm')
    expect((await until(() => button('Stop now'))).hasAttribute('disabled')).toBe(true)
    await type(name, 'Acme')
    await click(button('Stop now'))
    await until(() => ordered(server).length === 1)
  })
})

describe('the page of an order', () => {
  const path = `/kill-switch/${anId('kil', 1)}`

  it('shows when each gateway confirmed, and by what', async () => {
    await open(path)
    await pageSays('The agent is stopped, confirmed by its gateway, in 412ms')
    await pageSays('Delivered 31ms')
    await pageSays('The gateway’s words: the gateway was busy')
    await pageSays('1 job belongs to the gateway and cannot be switched off')
    expect(document.body.textContent).not.toContain('in English')
    await pageSays('2 runs aborted in 18ms')
  })

  it('says loudly where it did not arrive, and what happens on reconnect', async () => {
    const away = aTarget({
      reach: 'connector_offline',
      state: 'ordered',
      confirmed: 0,
      deliveredMs: null,
      confirmedMs: null,
    })
    const tally = { ...counts, confirmed: 0 }
    await open(path, {
      order: anOrder({ state: 'incomplete', confirmedMs: null, tally, targets: [away] }),
      killed: aKilled({ state: 'ordered', steps: [] }),
    })
    await pageSays('1 connector cannot be reached: agents there may still be running.')
    await pageSays('before anything else when the connector is back')
    expect(document.querySelector('[role=alert]')?.textContent).toContain('Not delivered')
  })

  it('lists each one that is not reached by name, with its own way out, beside those that are', async () => {
    const unreached = { confirmed: 0, deliveredMs: null, confirmedMs: null, state: 'ordered' } as const
    const targets = [
      aTarget(),
      aTarget({ ...unreached, connectorId: anId('con', 2), connectorName: 'attic', reach: 'connector_offline' }),
      aTarget({ ...unreached, connectorId: anId('con', 3), connectorName: 'cellar', reach: 'gateway_away' }),
      aTarget({
        ...{ ...unreached, state: 'failed', failure: 'read_only', detail: 'in English' },
        ...{ connectorId: anId('con', 4), connectorName: 'shed', reach: 'no_group' },
      }),
    ]
    const tally = { ...counts, agents: 4 }
    await open(path, { order: anOrder({ state: 'incomplete', confirmedMs: null, tally, targets }) })
    await pageSays('3 connectors cannot be reached')
    const items = [...document.querySelectorAll('ul[aria-label] > li')].filter((one) => one.querySelector('ol'))
    const told = items.map((one) => [
      one.querySelector('a')?.textContent,
      [...one.querySelectorAll('[role=alert]')].map((alert) => alert.textContent).join(' '),
    ])
    expect(told).toEqual([
      ['edge', ''],
      ['attic', expect.stringContaining('before anything else when the connector is back')],
      ['cellar', expect.stringContaining('on the connector’s disk')],
      ['shed', expect.stringContaining('The connector takes no stops')],
    ])
    expect(document.body.textContent).not.toContain('in English')
  })

  it('says a budget’s own reasons in the reader’s language, and a person’s as they were written', async () => {
    const budget = { id: anId('bud', 1), name: 'Team' }
    const own = { reason: 'The budget Team is used up.', orderedBy: budget, budgetId: budget.id }
    const recovery = { by: budget, at, reason: releaseReasons.period }
    const { state } = await open(path, { order: anOrder({ ...own, state: 'recovered', recovery }) })
    await pageSays('The budget Team is used up.')
    await acting(() => switchLocale('zh-CN'))
    await pageSays('预算“Team”已用完。')
    await pageSays('预算的下一个周期已经开始。')
    expect(document.body.textContent).not.toContain('used up')
    await close()
    await open(path, { order: { ...state.order, recovery: { ...recovery, by: lin, reason: 'we paid' } } })
    await pageSays('we paid')
  })

  it('follows a stop until it is confirmed without being asked', async () => {
    const { state } = await open(path, {
      order: anOrder({ state: 'stopping', confirmedMs: null, tally: { ...counts, confirmed: 0 } }),
    })
    await pageSays('Stopping: 0 of 1 agents confirmed')
    state.order = anOrder()
    await pageSays('confirmed by its gateway')
  })

  it('names what differs after recovering', async () => {
    await open(path, {
      order: anOrder({ state: 'recovered', endedAt: at, recovery: { by: lin, at, reason: 'fixed' } }),
      killed: aKilled({ state: 'recovered', differs: ['tools.deny'] }),
    })
    await pageSays('tools.deny')
    expect(button('Recover')).toBeUndefined()
  })

  it('asks for the typed name and a reason before it recovers, and stays when that is refused', async () => {
    const { server } = await open(path)
    await click(await until(() => button('Recover')))
    const fields = await until(() => {
      const found = dialog()?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')
      return found?.length === 2 ? [...found] : null
    })
    const [name, reason] = fields
    const submit = () => until(() => dialog()?.querySelector('button[type=submit]'))
    if (name) await type(name, 'Ledger')
    expect((await submit()).hasAttribute('disabled')).toBe(true)
    if (reason) await type(reason, 'it is fixed')
    await click(await submit())
    await until(() => server.callsOf('POST /kill-switch/recover').length === 1)
    expect(server.callsOf('POST /kill-switch/recover')[0]?.body).toMatchObject({
      name: 'Ledger',
      reason: 'it is fixed',
    })
    await until(() => dialog()?.querySelector('[role=alert]'))
  })

  it('shows its state and no buttons to who may only look', async () => {
    await open(path, { role: 'viewer' })
    await pageSays('confirmed by its gateway')
    expect([button('Recover'), button('Stop')]).toEqual([undefined, undefined])
  })
})
