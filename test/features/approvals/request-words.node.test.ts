import { describe, expect, test } from 'vitest'
import { patternOf } from '../../../worker/features/approvals/pattern.ts'
import { wordsOf } from '../../../worker/features/approvals/words.ts'

describe('the words of a command', () => {
  test.each<[string, string[]]>([
    ['git push --force', ['git', 'push', '--force']],
    ['  ls \t -la  ', ['ls', '-la']],
    [`echo 'a b' "c d"`, ['echo', 'a b', 'c d']],
    [`echo 'it'"'"'s'`, ['echo', "it's"]],
    [`echo a\\ b`, ['echo', 'a b']],
    [`echo "a \\" \\\\ \\n"`, ['echo', 'a " \\ \\n']],
    [`echo '' ""`, ['echo', '', '']],
    [`echo '$HOME *'`, ['echo', '$HOME *']],
    ['grep a#b file', ['grep', 'a#b', 'file']],
    ['dd if=/dev/zero of=x', ['dd', 'if=/dev/zero', 'of=x']],
    ['cat a~b', ['cat', 'a~b']],
    ['', []],
    ['   ', []],
  ])('%s', (command, words) => {
    expect(wordsOf(command)).toEqual(words)
  })

  test.each([
    'a; b',
    'a && b',
    'a | b',
    'a & b',
    'a > b',
    'a < b',
    'a\nb',
    'a\rb',
    'a $(b)',
    'a `b`',
    'a $B',
    'a "$B"',
    'a "`b`"',
    'a *',
    'a ?',
    'a [b]',
    'a {b,c}',
    'a ~',
    'a ~root/x',
    'a # b',
    '# a',
    '!a',
    'A=b c',
    'LD_PRELOAD=x ls',
    'PATH+=:x ls',
    "a 'b",
    'a "b',
    'a b\\',
    'a \\\nb',
    'a "b\0"',
    '(a)',
  ])('are not told of what a shell would take apart: %j', (command) => {
    expect(wordsOf(command)).toEqual([])
  })

  test('hostile lines of 32,000 characters are read at once', () => {
    for (const part of ["'", '"', '\\', "'a'", '"a"', 'a ', '\\a', '"\\"'])
      expect(Array.isArray(wordsOf(part.repeat(Math.floor(32_000 / part.length))))).toBe(true)
  })
})

describe('the pattern of a request', () => {
  const exec = (command: string) => patternOf({ source: 'openclaw.exec', action: 'exec', command, arguments: null })
  test.each<[string, string]>([
    ['git push --force origin main', 'git push --force'],
    ['/usr/bin/git push origin dev --force', 'git push --force'],
    ['git -C /srv push', 'git -C'],
    ['npm install left-pad', 'npm install'],
    ['aws s3 rm s3://bucket --recursive', 'aws s3 rm --recursive'],
    ['rm -rf /srv/a', 'rm -rf'],
    ['rm -rf /srv/b', 'rm -rf'],
    ['curl --token=abc https://x.test', 'curl --token'],
    ['mysql -psecret db', 'mysql -p'],
    ['kill -9 123', 'kill -0'],
    ['grep -- -secret file', 'grep'],
    ['cat notes.txt', 'cat'],
    ['a  &&   b', 'a && b'],
  ])('%s', (command, pattern) => {
    expect(exec(command)).toBe(pattern)
  })

  test('holds no value and is bounded', () => {
    expect(exec(`git push --o=${'x'.repeat(500)}`)).toBe('git push --o')
    expect(exec(`a; ${'x'.repeat(500)}`)).toHaveLength(200)
  })

  test('of a tool names its arguments, of a system its action', () => {
    const tool = { source: 'openclaw.plugin' as const, action: 'write', command: 'Write a file', arguments: null }
    expect(patternOf(tool)).toBe('tool:write()')
    expect(patternOf({ ...tool, arguments: { path: '/a', content: 'b' } })).toBe('tool:write(content, path)')
    expect(patternOf({ ...tool, action: 'exec', arguments: { command: 'git push x' } })).toBe(
      'tool:exec(command) git push',
    )
    const api = { source: 'api' as const, action: 'deploy.release', command: '', arguments: { to: 'prod' } }
    expect(patternOf(api)).toBe('api:deploy.release')
    expect(patternOf({ ...api, command: 'helm upgrade x' })).toBe('api:deploy.release helm upgrade')
  })
})
