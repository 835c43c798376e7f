import { afterEach, describe, expect, it } from 'vitest'
import './support/loaded-pages.ts'
import '../../web/features/budgets/pages.ts'
import { microUsdOf, moneyText } from '../../web/features/budgets/money.ts'
import { aBudget, aHappening, serverWithBudgets } from './support/budgets.ts'
import { anId } from './support/build.ts'
import { type FakeServer, problem } from './support/fake-server.ts'
import { field, fill, submit } from './support/fields.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
})
const open = async (path: string, server: FakeServer) => {
  close = (await openApp(path, server)).close
}
const text = () => document.querySelector('main')?.textContent ?? ''
const dialog = () => document.querySelector('[role=dialog]')
const said = () => dialog()?.textContent ?? ''
const links = (words: string) =>
  [...document.querySelectorAll('a')].filter((one) => one.textContent === words).map((one) => one.getAttribute('href'))
const item = (words: string) =>
  [...document.querySelectorAll('[role=menuitem]')].find((one) => one.textContent?.includes(words))
const bodyOf = (server: FakeServer, line: string) => server.callsOf(line).at(-1)?.body
const id = anId('bud', 1)

describe('money in a field', () => {
  it('is read to the micro-dollar and written back the same', () => {
    for (const [typed, microUsd] of [
      ['50', 50_000_000],
      ['12.5', 12_500_000],
      ['$1,234.000001', 1_234_000_001],
    ] as const)
      expect(microUsdOf(typed)).toBe(microUsd)
    for (const microUsd of [1, 99, 10_000, 12_500_000, 1_000_000_000_000_000])
      expect(microUsdOf(moneyText(microUsd))).toBe(microUsd)
    expect(moneyText(12_500_000)).toBe('12.50')
  })

  it('is refused when it is nothing, no figure, below a micro-dollar or written with a comma for the point', () => {
    for (const typed of ['', '0', '-5', 'ten', '1.2345678', '12,50', '1e3', 'NaN', '5 USD'])
      expect(microUsdOf(typed), typed).toBeNull()
  })
})

describe('the list of budgets', () => {
  it('says of each how far it is, what is left of its period, what goes on and what it holds', async () => {
    await open(
      '/budgets',
      serverWithBudgets([
        aBudget(1, { name: 'All' }),
        aBudget(
          2,
          { name: 'Ledger', scope: { kind: 'agent', ref: anId('agt', 1), name: 'Ledger', agents: 1 } },
          {
            ...{ spentMicroUsd: 41_000_000, openRuns: 3, overshootEstimateMicroUsd: 400_000 },
          },
        ),
        aBudget(
          3,
          { name: 'Stopped', period: 'day' },
          {
            spentMicroUsd: 50_400_000,
            breaker: { state: 'open', since: null, orderIds: [anId('kil', 1)], approvalIds: [anId('apr', 1)] },
          },
        ),
      ]),
    )
    await until(() => text().includes('Stopped'))
    const rows = [...document.querySelectorAll('main li')].map((row) => row.textContent)
    expect(rows[0]).toContain('$12.00of $50.0024%On track9 days leftEach month · Asia/Shanghai')
    expect(rows[1]).toContain('Agent Ledger')
    expect(rows[1]).toContain('82%3 runs go on and may add about $0.40.Approaching')
    expect(rows[2]).toContain('$50.40of $50.00100%')
    expect(links('Agents stopped')).toEqual([`/kill-switch/${anId('kil', 1)}`])
    expect(links('Waiting for approval')[0]).toContain(`/approvals?id=${anId('apr', 1)}`)
  })

  it('without a budget says what one does; who may not set one is not offered to', async () => {
    const server = serverWithBudgets([])
    server.role = 'viewer'
    await open('/budgets', server)
    await until(() => text().includes('No budgets yet'))
    expect(text()).toContain('Owners and admins')
    expect(button('New budget')).toBeUndefined()
  })

  it('that cannot be read says so, with the request id and a way to try again', async () => {
    await open(
      '/budgets',
      serverWithBudgets([], { answer: ({ path }) => (path === '/budgets' ? problem(500, 'internal') : undefined) }),
    )
    const alert = await until(() => document.querySelector('main [role=alert]'))
    expect(alert.textContent).toContain('req-test-1')
    expect(button('Try again')).toBeDefined()
  })
})

describe('a new budget', () => {
  const begin = async (answer: FakeServer['intercept']) => {
    const server = serverWithBudgets([aBudget(1)], { answer })
    await open('/budgets', server)
    await click(await until(() => button('New budget')))
    await until(dialog)
    return server
  }

  it('begins in the time zone of who sets it, and is sent in micro-dollars', async () => {
    const made = aBudget(1)
    const server = await begin(({ method, path }) =>
      method === 'POST' && path === '/budgets' ? Response.json(made, { status: 201 }) : undefined,
    )
    expect(field('Time zone')?.value).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone)
    await fill('Name', 'Research')
    await fill('Limit in US dollars', '12.50')
    expect(said()).toContain('That is $10.00.')
    await fill('Period', 'week')
    await submit('Name')
    await until(() => (dialog() === null ? true : null))
    expect(bodyOf(server, 'POST /budgets')).toEqual({
      ...{ name: 'Research', scope: { kind: 'organization' }, period: 'week', limitMicroUsd: 12_500_000 },
      ...{ warnPercent: 80, onLimit: 'warn', raiseMicroUsd: null },
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    })
    await until(() => text().includes('This period') || document.querySelector('[aria-label="This period"]'))
  })

  it('with faults is not sent, and each field says what it needs', async () => {
    const server = await begin(() => undefined)
    await fill('Time zone', 'Mars/Base')
    await fill('Warn from (%)', '120')
    expect(said()).not.toContain('Give it a name.')
    await submit('Name')
    for (const words of [
      'Give it a name.',
      'An amount above zero',
      'No such time zone',
      'A whole number from 1 to 100',
    ])
      expect(said()).toContain(words)
    expect(field('Limit in US dollars')?.getAttribute('aria-invalid')).toBe('true')
    expect(server.callsOf('POST /budgets')).toEqual([])
  })

  it('shows what the server refused at the field that it names', async () => {
    await begin(({ method, path }) =>
      method === 'POST' && path === '/budgets'
        ? problem(422, 'invalid', { errors: [{ path: 'scope.group', message: 'is no group' }] })
        : undefined,
    )
    await fill('Name', 'Research')
    await fill('Limit in US dollars', '5')
    await submit('Name')
    await until(() => said().includes('This can not be counted.') || null)
    expect(said()).not.toContain('Something does not meet the rules')
  })
})

describe('a budget that is changed', () => {
  const begin = async (budget: ReturnType<typeof aBudget>, answer: FakeServer['intercept']) => {
    const server = serverWithBudgets([budget], { answer })
    await open(`/budgets/${budget.id}`, server)
    await click(await until(() => document.querySelector('main button[aria-label=More]')))
    await click(await until(() => item('Edit')))
    await until(() => field('Name'))
    return server
  }

  it('is sent to the version that was opened; who was overtaken sees what it says now and may go on', async () => {
    const theirs = aBudget(1, { version: 2, limitMicroUsd: 60_000_000 })
    const server = await begin(aBudget(1), ({ method, headers }) => {
      if (method !== 'PATCH') return undefined
      return headers.get('if-match') === '"1"'
        ? problem(412, 'precondition_failed', { context: { budget: theirs } })
        : Response.json(theirs)
    })
    await fill('Limit in US dollars', '70')
    await submit('Name')
    await until(() => said().includes('Now it says: 60') || null)
    expect(field('Limit in US dollars')?.value).toBe('70')
    await click(() => button('Save mine'))
    await until(() => (dialog() === null ? true : null))
    expect(server.callsOf(`PATCH /budgets/${id}`).map(({ headers }) => headers.get('if-match'))).toEqual(['"1"', '"2"'])
    expect(bodyOf(server, `PATCH /budgets/${id}`)).toMatchObject({ limitMicroUsd: 70_000_000 })
  })

  it('is deleted once that is confirmed, in the version that was seen', async () => {
    const server = serverWithBudgets([aBudget(1)], {
      answer: ({ method }) => (method === 'DELETE' ? new Response(null, { status: 204 }) : undefined),
    })
    await open(`/budgets/${id}`, server)
    await click(await until(() => document.querySelector('main button[aria-label=More]')))
    await click(await until(() => item('Delete budget')))
    await until(() => said().includes('Delete “budget 1”?') || null)
    expect(server.callsOf(`DELETE /budgets/${id}`)).toEqual([])
    await submitDialog()
    await until(() => (server.callsOf(`DELETE /budgets/${id}`).length === 1 ? true : null))
    expect(server.callsOf(`DELETE /budgets/${id}`)[0]?.headers.get('if-match')).toBe('"1"')
  })
})

const submitDialog = () =>
  click([...document.querySelectorAll('[role=dialog] button')].find((one) => one.getAttribute('type') === 'submit'))

describe('a budget that is used up', () => {
  const held = (breaker: Partial<ReturnType<typeof aBudget>['standing']['breaker']>) =>
    aBudget(
      1,
      { onLimit: 'stop' },
      {
        ...{ spentMicroUsd: 50_400_000, openRuns: 2, overshootEstimateMicroUsd: null },
        breaker: { state: 'open', since: null, orderIds: [anId('kil', 1)], approvalIds: [], ...breaker },
      },
    )

  it('says what is stopped, by how much it is passed and what may come on top', async () => {
    await open(`/budgets/${id}`, serverWithBudgets([held({})]))
    await until(() => text().includes('its agents are stopped'))
    expect(text()).toContain('$0.40 beyond the limit')
    expect(text()).toContain('2 runs go on and come on top; by how much is not known yet.')
    expect(links('See the stop')).toEqual([`/kill-switch/${anId('kil', 1)}`])
  })

  it('is overridden by an amount and a reason; what waits for other people leads to the approval', async () => {
    const budget = held({})
    const server = serverWithBudgets([budget], {
      answer: ({ path }) =>
        path.endsWith('/override')
          ? Response.json({ state: 'waiting', approvalId: anId('apr', 3), budget }, { status: 202 })
          : undefined,
    })
    await open(`/budgets/${id}`, server)
    await click(await until(() => button('Allow more')))
    await until(() => field('Reason'))
    await submit('Reason')
    expect(said()).toContain('Say why.')
    expect(server.callsOf(`POST /budgets/${id}/override`)).toEqual([])
    await fill('How much more, in US dollars', '0.1')
    expect(said()).toContain('its agents would stay stopped')
    await fill('How much more, in US dollars', '10')
    expect(said()).toContain('Then $60.00 may be spent in this period.')
    await fill('Reason', 'month end')
    await submit('Reason')
    await until(() => said().includes('Other people decide') || null)
    expect(bodyOf(server, `POST /budgets/${id}/override`)).toEqual({ amountMicroUsd: 10_000_000, reason: 'month end' })
    expect(links('Go to the approval')[0]).toContain(anId('apr', 3))
  })

  it('is reset for a reason; a refusal is said in the dialog', async () => {
    const server = serverWithBudgets([held({})], {
      answer: ({ path }) => (path.endsWith('/reset') ? problem(409, 'conflict') : undefined),
    })
    await open(`/budgets/${id}`, server)
    await click(await until(() => button('Reset')))
    await fill('Reason', 'looked into')
    await submit('Reason')
    await until(() => said().includes('This conflicts with the current state') || null)
    expect(bodyOf(server, `POST /budgets/${id}/reset`)).toEqual({ reason: 'looked into' })
  })

  it('offers to whoever may ask to allow more, and to a viewer nothing', async () => {
    const server = serverWithBudgets([held({})])
    server.role = 'operator'
    await open(`/budgets/${id}`, server)
    await until(() => button('Allow more'))
    expect(button('Reset')).toBeUndefined()
    await close()
    server.role = 'viewer'
    await open(`/budgets/${id}`, server)
    await until(() => text().includes('its agents are stopped'))
    expect(button('Allow more')).toBeUndefined()
  })
})

it('the history of a budget tells what happened, why, by whom and through which approval', async () => {
  const lin = { kind: 'member', id: anId('usr', 1), name: 'Lin' }
  await open(
    `/budgets/${id}`,
    serverWithBudgets([aBudget(1)], {
      history: [
        aHappening(4, { kind: 'reset', because: 'period' }),
        aHappening(3, {
          ...{ kind: 'overridden', because: 'override', amountMicroUsd: 10_000_000, reason: 'month end', by: lin },
          approvalId: anId('apr', 3),
        }),
        aHappening(2, { kind: 'exceeded', action: 'stop', spentMicroUsd: 50_400_000 }),
        aHappening(1),
      ],
    }),
  )
  await until(() => text().includes('Reached its warning'))
  const rows = [...document.querySelectorAll('main section:last-of-type li')].map((row) => row.textContent)
  expect(rows[0]).toContain('A new period began')
  expect(rows[1]).toContain('$10.00 more allowed')
  expect(rows[1]).toContain('“month end”Go to the approval')
  expect(rows[1]).toContain('Lin')
  expect(rows[2]).toContain('Reached its limit$50.40 of $50.00 · agents stopped')
  expect(rows[3]).toContain('by itself')
})
