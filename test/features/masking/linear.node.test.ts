import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { compilePattern } from '../../../worker/features/masking/detect/pattern.ts'
import { scan } from '../../../worker/features/masking/detect/scan.ts'
import { maskPayload } from '../../../worker/features/masking/mask.ts'
import { masksLike } from './rules.ts'

const size = 524_288
const rules = masksLike()

/**
 * So much that is read once takes a fraction of a second; read again from each of its characters it takes minutes.
 * Between the two lies a limit that no busy machine reaches, so what is held here is the shape of the growth and not a time.
 */
const limit = 30_000

const endsSoon = (work: () => void): void => {
  runInNewContext('work()', { work }, { timeout: limit })
}

const repeated = (part: string): string => part.repeat(Math.ceil(size / part.length)).slice(0, size)

const hostile = [
  ...[
    'a',
    'a.',
    '-',
    ' ',
    '"',
    '\n',
    '; a',
    '1',
    '1 ',
    '1-',
    '12 ',
    '138',
    '+1',
    '+',
    '(1',
    '0',
    '00',
    '4',
    '4 ',
    '4111 ',
    '62',
  ],
  ...[
    'eyJ-',
    'eyJaaaaaaaaaa.',
    'token',
    'token=',
    'token ',
    '--token',
    'bearer ',
    'basic  ',
    '://',
    'a://a:',
    'a://a:a@',
    'Aa1',
    'Aa1_',
  ],
  ...[
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    'sk-',
    'sk_live_',
    'ghp_',
    'AKIA',
    'xapp-1-A',
    'SG.a',
    '123456789:AA',
    'hooks.slack.com/',
  ],
  ...[
    'curl -u ',
    'curl ',
    'mysql -p',
    'sshpass ',
    'redis-cli ',
    'machine a login ',
    'authorization: ',
    'cookie: ',
    'password\\"',
    'cbc_',
    'docker login ',
    'a:',
    'chpasswd a:',
    'jdbc:oracle:thin:a/',
    'https://a1',
    '?X-a-Signature=',
    ' -passin pass:',
    'ConvertTo-SecureString ',
    'pass=',
    '\\\\"password\\\\"',
    'eyJhbGciOiJIUz..aaaaaaaaaaaaaaaa.',
  ],
  ...[
    'a@',
    'a@a.',
    'a@a.aa',
    'ssh a@a.aa',
    'a%40',
    '@',
    '1.',
    '1.1.1.1',
    '1.1.1.',
    ':',
    '::',
    'a:',
    'f:1',
    '2001:',
    'DE',
    'DE89 ',
    'DE89370400440532013000',
    'de89+',
    'DE89%20',
    '4111%20',
    '4111.',
    '%3D4',
  ],
  ...[
    '110105',
    '11010519491231002',
    '密码',
    '密码：',
    '电话',
    '电话 1',
    'tel 1',
    '京A',
    '护照',
    'passport ',
    '{',
    '{"a":',
    '[',
    '１',
    '‹',
    '‹a:',
  ],
]

describe('half a megabyte of', { timeout: 2 * limit }, () => {
  test.each(hostile)('%j is not read again from each of its characters', (part) => {
    endsSoon(() => void scan(repeated(part), rules))
  })

  test.each(['(a+)+$', '(a|aa)+b', '(.*)(.*)(.*)x', 'a.*b|a', 'a{1,50}b', '(?:a?){20}a{20}', '[^b]*b', 'a'])(
    'what a pattern %s dislikes is not read again from each of its characters',
    (source) => {
      const pattern = compilePattern(source)
      endsSoon(() => void pattern.find(`${repeated('a')}!`))
      endsSoon(() => void pattern.find(repeated('ab ')))
    },
  )

  test('a detector that does so would be found', () => {
    const again = /a*a*b/
    expect(() => runInNewContext('work()', { work: () => again.test(repeated('a')) }, { timeout: 500 })).toThrow(
      /timed out/,
    )
  })
})

test('a pattern finds the leftmost places, each as long as it gets', () => {
  const found = (source: string, text: string) =>
    compilePattern(source)
      .find(text)
      .map(([start, end]) => text.slice(start, end))
  expect(found('\\bEMP-\\d{4,6}\\b', 'EMP-1234, EMP-123456 and EMP-1, xEMP-12345')).toEqual(['EMP-1234', 'EMP-123456'])
  expect(found('工号[A-Z]\\d{5}', '员工工号E12345的申请和工号F99999')).toEqual(['工号E12345', '工号F99999'])
  expect(found('(?i)project-(red|blue)', 'Project-RED project-blue project-x')).toEqual(['Project-RED', 'project-blue'])
  expect(found('a|ab|abc', 'abcab')).toEqual(['abc', 'ab'])
  expect(found('^x+$', 'xxx')).toEqual(['xxx'])
  expect(found('x*', 'axxa')).toEqual(['xx'])
  expect(found('😀+', 'a😀😀b')).toEqual(['😀😀'])
})

test('a pattern that costs too much masks the rest of the text, and ends', () => {
  const text = `${'a'.repeat(300_000)}b`
  const found = compilePattern('a.*c|a').find(text)
  expect(found.at(-1)?.[1]).toBe(text.length)
  expect(found.every(([start, end], index) => end > start && start >= (found[index - 1]?.[1] ?? 0))).toBe(true)
})

test('what is nested deeper than anybody reads is not kept, and not read', () => {
  let nested: unknown = 'password=hunter2-deep'
  for (let depth = 0; depth < 5_000; depth += 1) nested = depth % 2 === 0 ? [nested] : { a: nested }
  const told = JSON.stringify(maskPayload({ nested }, rules).payload)
  expect(told).toContain('‹too-deep›')
  expect(told).not.toContain('hunter2')
})
