import { RE2JS } from '@bufbuild/re2'
import { expect, test } from 'vitest'
import { isAscii, plainPattern } from '../../../../worker/features/rules/condition/plain-pattern.ts'
import { type Chance, chanceFrom, oneOf } from './generate.ts'

const atoms = [
  'a',
  'b',
  'git',
  ' ',
  '-',
  '--',
  '.',
  '\\s',
  '\\S',
  '\\d',
  '\\w',
  '[ab]',
  '[a-c ]',
  '\\.',
  '\\b',
  '/',
  '\\$',
]

const somePattern = (chance: Chance, depth: number): string => {
  let text = ''
  for (let piece = Math.floor(chance() * 4); piece >= 0; piece--) {
    const roll = chance()
    if (roll < 0.2 && depth > 0) text += `(${somePattern(chance, depth - 1)}|${somePattern(chance, depth - 1)})`
    else text += oneOf(chance, atoms) + oneOf(chance, ['', '', '', '', '?', '*', '+', '{2}', '*?'])
  }
  return text
}

const someText = (chance: Chance): string => {
  let text = ''
  for (let piece = Math.floor(chance() * 8); piece > 0; piece--)
    text += oneOf(chance, [
      'a',
      'b',
      'A',
      'git',
      'GIT',
      ' ',
      '-',
      '.',
      '/',
      '7',
      '_',
      '\n',
      '\r',
      '\t',
      '\v',
      '$',
      '\0',
      '\x7f',
    ])
  return text
}

test('a plain pattern finds in ASCII text exactly what RE2 finds', () => {
  const chance = chanceFrom(11)
  let [plain, found] = [0, 0]
  for (let round = 0; round < 6_000; round++) {
    const source = `${oneOf(chance, ['', '', '(?i)'])}${oneOf(chance, ['', '^'])}${somePattern(chance, 2)}${oneOf(chance, ['', '$'])}`
    const ours = plainPattern(source)
    if (!ours) continue
    const theirs = RE2JS.compile(source)
    plain += 1
    for (let each = 0; each < 12; each++) {
      const text = someText(chance)
      const wanted = theirs.test(text)
      if (wanted) found += 1
      expect(ours.test(text), JSON.stringify([source, text])).toBe(wanted)
    }
  }
  expect(plain).toBeGreaterThan(1_000)
  expect(found).toBeGreaterThan(2_000)
})

test.each([
  '(a+)+$',
  'a.*b',
  '^a.*b.*c',
  '^(ab)*c',
  '(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)(a|a)b',
  '^a{2,}',
  'a|b',
  '[^a]',
  '\\p{L}',
  '(?P<name>a)',
  'é',
  'a$b',
  'x**',
])('%s is left to RE2', (source) => {
  expect(plainPattern(source)).toBeNull()
})

test('what is not ASCII is told apart', () => {
  expect([isAscii('a\n\0\x7f'), isAscii('é'), isAscii('\u0080'), isAscii('\u212a')]).toEqual([
    true,
    false,
    false,
    false,
  ])
})
