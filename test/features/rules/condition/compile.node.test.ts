import { expect, test } from 'vitest'
import { checkCondition } from '../../../../worker/features/rules/condition/check.ts'
import {
  type Applies,
  compileCondition,
  compilePlainly,
  Fault,
  viewOf,
} from '../../../../worker/features/rules/condition/compile.ts'
import { someFacts } from '../facts.ts'
import { chanceFrom, someCondition, someRequest } from './generate.ts'

const told = (applies: Applies, facts = someFacts()) => {
  const value = applies(viewOf(facts))
  return value instanceof Fault ? 'fault' : value
}

test('a compiled condition says of every request what CEL alone says of it, faults included', () => {
  const chance = chanceFrom(20_261_121)
  const requests = Array.from({ length: 40 }, () => someRequest(chance))
  const seen = { true: 0, false: 0, fault: 0 }
  for (let round = 0; round < 500; round++) {
    const condition = someCondition(chance, 3)
    const { faults } = checkCondition(condition).check
    if (faults.some(({ code }) => code === 'too_costly')) continue
    expect(faults, condition).toEqual([])
    const [ours, plain] = [compileCondition(condition), compilePlainly(condition)]
    for (const facts of requests) {
      const answer = told(plain, facts)
      seen[`${answer}`] += 1
      if (told(ours, facts) !== answer)
        expect.fail(`${condition}\n${JSON.stringify(facts)}\nby CEL ${answer}, here ${told(ours, facts)}`)
    }
  }
  // The comparison is worth something only where all three answers come up often.
  expect(Math.min(seen.true, seen.false, seen.fault)).toBeGreaterThan(2_000)
})

test('what cannot be evaluated is a fault, and beside what settles the matter it does not count', () => {
  expect(told(compileCondition('arguments.path == "x"'))).toBe('fault')
  expect(told(compileCondition('arguments.path == "x" && risk == "high"'))).toBe(false)
  expect(told(compileCondition('arguments.path == "x" || risk == "low"'))).toBe(true)
  expect(told(compileCondition('arguments.path == "x" && risk == "low"'))).toBe('fault')
})

test('arguments of any name and shape are looked at without harm', () => {
  const facts = someFacts({ arguments: JSON.parse('{"__proto__": {"a": 1}, "constructor": "c", "toString": 3}') })
  expect(told(compileCondition('arguments.constructor == "c"'), facts)).toBe(true)
  expect(told(compileCondition('arguments["__proto__"].a == 1'), facts)).toBe(true)
  expect(told(compileCondition('arguments.text("valueOf") == ""'), facts)).toBe(true)
  expect(told(compileCondition('has(arguments.hasOwnProperty)'), facts)).toBe(false)
})

test('arguments with too many entries are a fault, not a long evaluation', () => {
  const facts = someFacts({ arguments: { list: Array.from({ length: 1_001 }, (_, index) => index) } })
  expect(told(compileCondition('arguments.list.exists(each, each == 7)'), facts)).toBe('fault')
})

test('a command of more words than are looked at has no words', () => {
  const argv = Array.from({ length: 513 }, () => 'x')
  expect(told(compileCondition('size(argv) == 0'), someFacts({ argv }))).toBe(true)
})

test('a pattern takes time in proportion to the text, however it is written', () => {
  const facts = someFacts({ command: `${'a'.repeat(30_000)}!` })
  expect(told(compileCondition('command.matches("^(a+)+$")'), facts)).toBe(false)
  expect(told(compileCondition('command.matches("(x+x+)+y")'), facts)).toBe(false)
})
