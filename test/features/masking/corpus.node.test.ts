import { expect, test } from 'vitest'
import { personalClasses } from '../../../worker/features/masking/contract.ts'
import { scan } from '../../../worker/features/masking/detect/scan.ts'
import type { Case } from './corpus/case.ts'
import { numbers } from './corpus/numbers.ts'
import { people } from './corpus/people.ts'
import { secrets } from './corpus/secrets.ts'
import { masksLike } from './rules.ts'

const cases: Case[] = [...people, ...numbers, ...secrets]
const rules = masksLike()

interface Measured {
  expected: number
  found: number
  right: number
}

/** What counts is that exactly this stretch of the text was found under this name. */
const measure = (): Map<string, Measured> => {
  const byClass = new Map<string, Measured>()
  const add = (name: string, part: keyof Measured) => {
    const measured = byClass.get(name) ?? { expected: 0, found: 0, right: 0 }
    measured[part] += 1
    byClass.set(name, measured)
  }
  for (const { text, expected } of cases) {
    const open = [...expected]
    for (const { value } of expected) expect(text, 'a case that has what it expects').toContain(value)
    for (const each of expected) add(each.class, 'expected')
    for (const finding of scan(text, rules)) {
      const name = finding.class
      add(name, 'found')
      const at = open.findIndex((each) => each.class === name && each.value === text.slice(finding.start, finding.end))
      if (at < 0) continue
      add(name, 'right')
      open.splice(at, 1)
    }
  }
  return byClass
}

const measured = measure()
const checked = ['email', 'resident-id', 'card', 'iban', 'ip', 'plate', 'passport']
const otherwise = new Set<string>([...personalClasses, 'secret', 'random', 'authorization', 'cookie', 'url-password'])
const shapes = [...measured.keys()].filter((name) => !otherwise.has(name))

const floor = (name: string, least: number) => {
  const { expected, found, right } = measured.get(name) ?? { expected: 0, found: 0, right: 0 }
  expect(expected, `${name}: cases`).toBeGreaterThan(0)
  expect(right / expected, `${name}: recall`).toBeGreaterThanOrEqual(least)
  expect(right / found, `${name}: precision`).toBeGreaterThanOrEqual(least)
}

test('the corpus is large, and half of what it tempts with is ordinary', () => {
  expect(cases.length).toBeGreaterThanOrEqual(600)
  expect(cases.filter(({ expected }) => expected.length === 0).length).toBeGreaterThanOrEqual(250)
})

test.each(checked)('%s is found, and nothing else called so, in 98 of 100', (name) => floor(name, 0.98))
test.each(shapes)('%s is known by its shape in 98 of 100', (name) => floor(name, 0.98))
test('telephone numbers are found, and nothing else called so, in 97 of 100', () => floor('phone', 0.97))
test.each(['secret', 'url-password', 'authorization'])('%s is known by what stands before it in 97 of 100', (name) =>
  floor(name, 0.97),
)
test('what is drawn by lot is known in 95 of 100', () => floor('random', 0.95))
