import { afterEach, describe, expect, it } from 'vitest'
import './support/loaded-pages.ts'
import { problem } from './support/fake-server.ts'
import { button, click, openApp, press } from './support/open-app.tsx'
import { aRule, aRuleSet, events, noDifference, serverWithRules } from './support/rules.ts'
import { until } from './support/until.ts'

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  if (button('Discard')) await click(button('Discard'))
  await close()
})

const open = async (...given: Parameters<typeof serverWithRules>) => {
  const state = serverWithRules(...given)
  close = (await openApp('/approvals/rules', state.server)).close
  await until(() => document.querySelector('ol li'))
  return state
}
const names = () => [...document.querySelectorAll('ol > li p button')].map((one) => one.textContent)
const labelled = (label: string) => document.querySelector(`[aria-label="${label}"]`)
const puts = (state: { server: { callsOf: (line: string) => unknown[] } }) =>
  state.server.callsOf('PUT /approvals/rules')

const three = aRuleSet(4, [aRule(1), aRule(2), aRule(3)])

describe('the order of the rules', () => {
  it('is changed by the arrow keys of a handle, which say where the rule is now', async () => {
    await open(three)
    await press('ArrowDown', await until(() => labelled('Move “rule 1”: drag, or use the arrow keys')))
    await until(() => names().join() === 'rule 2,rule 1,rule 3')
    expect(document.querySelector('main')?.textContent).toContain('“rule 1” is now at place 2 of 3')
  })

  it('is changed by buttons, and stays as it is at its ends', async () => {
    await open(three)
    await click(() => labelled('Move “rule 3” up'))
    await until(() => names().join() === 'rule 1,rule 3,rule 2')
    await click(() => labelled('Move “rule 1” up'))
    expect(names().join()).toBe('rule 1,rule 3,rule 2')
  })

  it('moved there and back is no change', async () => {
    await open(three)
    await click(() => labelled('Move “rule 1” down'))
    await until(() => button('1 change'))
    await click(() => labelled('Move “rule 1” up'))
    await until(() => !button('1 change'))
  })

  it('is sent whole, to the version that it was made from', async () => {
    const state = await open(three, ({ method, path }) =>
      method === 'PUT' && path === '/approvals/rules'
        ? Response.json({ ...aRuleSet(5, [aRule(2), aRule(1), aRule(3)]), warnings: [], difference: noDifference })
        : undefined,
    )
    await click(() => labelled('Move “rule 1” down'))
    await until(() => button('Save as version 5'))
    await click(() => button('Save as version 5'))
    await until(() => puts(state).length === 1)
    const [put] = state.server.callsOf('PUT /approvals/rules')
    expect(put?.headers.get('if-match')).toBe('"4"')
    expect(put?.body).toEqual({ rules: [aRule(2), aRule(1), aRule(3)], note: '' })
  })
})

it('shows how often each rule decided in the last 30 days', async () => {
  const hits = (number: number, count: number) => ({
    ...{ id: aRule(number).id, name: `rule ${number}`, mode: 'enforce', hits: count, errors: 0 },
  })
  const result = { scanned: 9, ms: 1, version: 4, matrix: [], unruled: 0, changed: 0, changes: [] }
  await open(three, ({ path }) =>
    path === '/approvals/rules/replay'
      ? new Response(events(['result', { ...result, rules: [hits(1, 1204), hits(2, 0), hits(3, 7)] }]))
      : undefined,
  )
  await until(() => document.querySelector('ol > li')?.textContent?.includes('1,204 in 30 days'))
})

it('lets who may not change rules only look', async () => {
  const state = serverWithRules(three)
  state.server.role = 'approver'
  close = (await openApp('/approvals/rules', state.server)).close
  await until(() => document.body.textContent?.includes('Your role can read, test and replay rules.'))
  expect(button('New rule')).toBeUndefined()
  expect(labelled('Move “rule 1” down')).toBeNull()
  expect(document.querySelector<HTMLButtonElement>('[role=switch]')?.disabled).toBe(true)
})

it('says at which rule the server found a fault', async () => {
  await open(three, ({ method }) =>
    method === 'PUT'
      ? problem(422, 'invalid', { errors: [{ path: 'rules.1.condition', message: 'There is no variable risc.' }] })
      : undefined,
  )
  await click(() => labelled('Move “rule 3” up'))
  await until(() => button('Save as version 5'))
  await click(() => button('Save as version 5'))
  const fault = await until(() => document.querySelector('section ul li'))
  expect(fault.textContent).toContain('rule 3')
  expect(fault.textContent).toContain('There is no variable risc.')
})
