import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { itemsOf } from '../../web/features/rules/difference.ts'
import { clashesOf, rebase } from '../../web/features/rules/merge.ts'
import { Rule } from '../../worker/features/rules/contract.ts'
import './support/loaded-pages.ts'
import { problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { aRule, aRuleSet, noDifference, serverWithRules } from './support/rules.ts'
import { until } from './support/until.ts'

const base = [aRule(1), aRule(2), aRule(3)]
const merged = (yours: Rule[], theirs: Rule[], chosen?: Map<string, 'yours' | 'theirs'>) =>
  rebase(itemsOf(base), itemsOf(yours), itemsOf(theirs), chosen).map(({ rule }) => rule)

describe('your changes on top of theirs', () => {
  it('keep what each of the two changed', () => {
    const yours = [aRule(1, { enabled: false }), aRule(2), aRule(3)]
    const theirs = [aRule(1, { name: 'renamed' }), aRule(2), aRule(3, { mode: 'shadow' })]
    expect(merged(yours, theirs)).toEqual([
      aRule(1, { name: 'renamed', enabled: false }),
      aRule(2),
      aRule(3, { mode: 'shadow' }),
    ])
  })

  it('hold where both changed the same field, unless theirs is chosen', () => {
    const yours = [aRule(1, { condition: 'risk == "low"' }), aRule(2), aRule(3)]
    const theirs = [aRule(1, { condition: 'risk == "medium"' }), aRule(2), aRule(3)]
    const [clash] = clashesOf(itemsOf(base), itemsOf(yours), itemsOf(theirs))
    expect(clash).toMatchObject({ field: 'condition', contested: true })
    expect(merged(yours, theirs)[0]?.condition).toBe('risk == "low"')
    const chosen = new Map([[`${aRule(1).id} condition`, 'theirs' as const]])
    expect(merged(yours, theirs, chosen)[0]?.condition).toBe('risk == "medium"')
  })

  it('neither bring back what they removed nor lose what they added', () => {
    const yours = [aRule(1), aRule(2), aRule(3), aRule(9)]
    const theirs = [aRule(1), aRule(7), aRule(3)]
    expect(merged(yours, theirs)).toEqual([aRule(1), aRule(7), aRule(3), aRule(9)])
  })

  it('keep a rule that you changed and they removed, and say that both had a say', () => {
    const yours = [aRule(1), aRule(2, { enabled: false }), aRule(3)]
    const theirs = [aRule(1), aRule(3)]
    expect(clashesOf(itemsOf(base), itemsOf(yours), itemsOf(theirs))).toMatchObject([
      { field: 'existence', contested: true },
    ])
    expect(merged(yours, theirs)).toEqual(yours)
  })

  it('leave the order to whoever moved something', () => {
    expect(merged(base, [aRule(3), aRule(1), aRule(2)])).toEqual([aRule(3), aRule(1), aRule(2)])
    expect(merged([aRule(2), aRule(1), aRule(3)], [aRule(1), aRule(5), aRule(2), aRule(3)])).toEqual([
      ...[aRule(2), aRule(1), aRule(5), aRule(3)],
    ])
  })
})

describe('a save that comes too late', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    if (button('Discard')) await click(button('Discard'))
    await close()
  })
  const theirs = aRuleSet(5, [aRule(1), aRule(2, { name: 'renamed by Ada' }), aRule(3)])

  const openLate = async () => {
    const state = serverWithRules(aRuleSet(4, base), ({ method, path, headers, body }) => {
      if (method !== 'PUT' || path !== '/approvals/rules') return undefined
      if (headers.get('if-match') === '"4"') {
        state.set = theirs
        return problem(412, 'precondition_failed', {
          context: { base: 4, yours: base, current: theirs, difference: noDifference, meanwhile: null },
        })
      }
      state.set = aRuleSet(6, z.object({ rules: z.array(Rule) }).parse(body).rules)
      return Response.json({ ...state.set, warnings: [], difference: noDifference })
    })
    close = (await openApp('/approvals/rules', state.server)).close
    await until(() => document.querySelector('[role=switch]'))
    await click(() => document.querySelector('[role=switch]'))
    await until(() => button('Save as version 5'))
    await click(() => button('Save as version 5'))
    const dialog = await until(() => document.querySelector('[role=dialog]'))
    return { state, dialog }
  }
  const puts = (state: ReturnType<typeof serverWithRules>) => state.server.callsOf('PUT /approvals/rules')

  it('shows who came first and what differs, field by field', async () => {
    const { dialog } = await openLate()
    expect(dialog.textContent).toContain('Ada saved meanwhile')
    expect(dialog.textContent).toContain('2 places differ')
    expect(dialog.textContent).toContain('renamed by Ada')
    expect(dialog.querySelectorAll('input[type=radio]')).toHaveLength(4)
  })

  it('is saved on top of theirs when so chosen', async () => {
    const { state } = await openLate()
    await click(() => button('Save as chosen, version 6'))
    await until(() => puts(state).length === 2)
    expect(puts(state)[1]?.headers.get('if-match')).toBe('"5"')
    expect(puts(state)[1]?.body).toMatchObject({
      rules: [{ enabled: false }, { name: 'renamed by Ada' }, { name: 'rule 3' }],
    })
    await until(() => !document.querySelector('[role=dialog]') && !button('Discard'))
  })

  it('is dropped when theirs is taken', async () => {
    const { state } = await openLate()
    await click(() => button('Take theirs, drop mine'))
    await until(() => !document.querySelector('[role=dialog]') && !button('Discard'))
    expect(document.body.textContent).toContain('renamed by Ada')
    expect(puts(state)).toHaveLength(1)
  })

  it('goes on as a change to their version when edited', async () => {
    const { state } = await openLate()
    await click(() => button('Go on editing'))
    await until(() => button('Save as version 6'))
    expect(puts(state)).toHaveLength(1)
    expect(document.body.textContent).toContain('renamed by Ada')
  })
})
