import { expect, test } from 'vitest'
import { compileRules } from '../../../worker/features/rules/compile-rules.ts'
import { type RequestFacts, Rule, type starterIds } from '../../../worker/features/rules/contract.ts'
import { examineRules } from '../../../worker/features/rules/sanity.ts'
import { starters } from '../../../worker/features/rules/starters.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { someFacts } from './facts.ts'

const rulesIn = (id: (typeof starterIds)[number]) =>
  (starters.find((set) => set.id === id)?.rules ?? []).map((rule) => Rule.parse({ ...rule, id: newId('rul') }))
const verdict = (id: (typeof starterIds)[number], facts: Partial<RequestFacts>) =>
  compileRules(1, rulesIn(id)).verdict(someFacts(facts))
const outcome = (...asked: Parameters<typeof verdict>) => verdict(...asked).outcome.kind

const people = {
  perRole: new Map([
    ['owner', 1],
    ['admin', 1],
  ] as const),
  named: new Map(),
}
const looking = { risk: 'low', riskRules: ['read-only'], command: 'ls -la', argv: ['ls', '-la'] } as const
const facts = (given: typeof looking) => ({ ...given, riskRules: [...given.riskRules], argv: [...given.argv] })

test.each(starters.map(({ id }) => id))('the rules of %s can be saved as they are', (id) => {
  const { faults, warnings } = examineRules(rulesIn(id), people)
  expect(faults).toEqual([])
  expect(warnings).toEqual([])
})

test('careful refuses what is critical and cannot be undone, and asks two for the rest of the critical', () => {
  expect(outcome('careful', { risk: 'critical', reversibility: 'irreversible' })).toBe('refuse')
  const asked = verdict('careful', { risk: 'critical', reversibility: 'unknown' })
  expect(asked.outcome).toMatchObject({ kind: 'ask', ask: { groups: [{ quorum: 2 }], onExpiry: 'refuse' } })
  expect(verdict('careful', { risk: 'high' }).outcome).toMatchObject({
    ask: { grantable: false, escalate: { afterMs: 600_000 } },
  })
  expect(verdict('careful', { risk: 'medium' }).rule).toBeNull()
})

test('read-only-free lets one simple command pass that only looks, and nothing that hides another', () => {
  expect(outcome('read-only-free', facts(looking))).toBe('allow')
  expect(outcome('read-only-free', { ...facts(looking), command: 'ls && rm x', argv: [] })).toBe('ask')
  expect(outcome('read-only-free', { ...facts(looking), risk: 'medium' })).toBe('ask')
  expect(
    outcome('read-only-free', {
      source: 'openclaw.plugin',
      action: 'web_search',
      argv: [],
      risk: 'low',
      riskRules: ['read-only'],
    }),
  ).toBe('allow')
  expect(verdict('read-only-free', { risk: 'critical', riskRules: [] }).outcome).toMatchObject({
    ask: { grantable: false },
  })
})

test('production-guard refuses destruction and wants two people for changes, by command, host or directory', () => {
  const rm = { risk: 'critical', riskRules: ['destructive-delete'] } as const
  expect(outcome('production-guard', { ...rm, riskRules: [...rm.riskRules], cwd: '/srv/prod/app' })).toBe('refuse')
  expect(outcome('production-guard', { ...rm, riskRules: [...rm.riskRules] })).toBe('ask')
  for (const where of [
    { command: 'kubectl --context Production apply' },
    { host: 'web-PROD-3' },
    { cwd: '/srv/production' },
  ])
    expect(verdict('production-guard', { risk: 'medium', riskRules: [], ...where }).outcome).toMatchObject({
      ask: { groups: [{ quorum: 2 }] },
    })
  expect(verdict('production-guard', { risk: 'medium', riskRules: [], command: 'ls products' }).rule).toBeNull()
  expect(verdict('production-guard', { risk: 'low', riskRules: [], host: 'prod' }).rule).toBeNull()
})

test('night-watch refuses high risk outside of working hours and asks the leads soon for the rest', () => {
  const at = (hour: number, day = 18) => Date.UTC(2026, 10, day, hour)
  expect(outcome('night-watch', { risk: 'high', at: at(3) })).toBe('refuse')
  expect(outcome('night-watch', { risk: 'high', at: at(19) })).toBe('refuse')
  expect(outcome('night-watch', { risk: 'high', at: at(12, 21) })).toBe('refuse')
  expect(verdict('night-watch', { risk: 'high', at: at(7) }).rule).toBeNull()
  expect(verdict('night-watch', { risk: 'medium', at: at(22) }).outcome).toMatchObject({
    ask: { escalate: { afterMs: 300_000 } },
  })
})

test('shadow-first decides nothing and notes what it would have done', () => {
  expect(verdict('shadow-first', facts(looking))).toMatchObject({ rule: null, shadowed: [{ outcome: 'allow' }] })
  expect(
    verdict('shadow-first', { command: 'npm test', argv: ['npm', 'test'], risk: 'medium', riskRules: [] }).shadowed,
  ).toHaveLength(1)
  expect(verdict('shadow-first', { risk: 'critical', riskRules: [] })).toMatchObject({
    rule: null,
    shadowed: [{ outcome: 'refuse' }],
  })
})
