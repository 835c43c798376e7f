import { describe, expect, test } from 'vitest'
import { subcommandDepth } from '../../../worker/features/approvals/pattern.ts'
import {
  breadthOf,
  covers,
  coversDirectory,
  isSameJson,
  stateOf,
  unfitOf,
} from '../../../worker/features/grants/rules.ts'
import { proposalsFor } from '../../../worker/features/grants/widen.ts'
import type { RequestFacts } from '../../../worker/features/rules/contract.ts'
import { risks } from '../../../worker/platform/contract.ts'
import { aCommand, aPattern, words } from '../../support/grants.ts'

/** The same numbers in every run. */
const chance = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('a pattern', () => {
  const plain = aCommand('git push origin main')

  test.each([
    ['another source', aPattern({ source: 'api', words: words('git ...') })],
    ['another action', aPattern({ action: 'read', words: words('git ...') })],
    ['another agent', aPattern({ agentId: 'agt_2', words: words('git ...') })],
    ['another connector', aPattern({ connectorId: 'con_2', words: words('git ...') })],
    ['another command', aPattern({ command: 'git push origin  main' })],
    ['another directory', aPattern({ words: words('git ...'), cwd: { path: '/srv', within: false } })],
    ['an argument that is not given', aPattern({ words: words('git ...'), arguments: { force: false } })],
    ['a lower risk', aPattern({ words: words('git ...'), riskMax: 'low' })],
    ['fewer words', aPattern({ words: words('git push origin') })],
    ['more words', aPattern({ words: words('git push origin main x') })],
    ['other words', aPattern({ words: words('git push origin dev') })],
    ['nothing about the command', aPattern()],
  ])('for %s does not cover it', (_, pattern) => {
    expect(covers(pattern, plain)).toBe(false)
  })

  test.each([
    ['its words', aPattern({ words: words('git push origin main') })],
    ['any last words', aPattern({ words: words('git push * *') })],
    ['any further words', aPattern({ words: words('git push ...') })],
    ['the command', aPattern({ command: 'git push origin main' })],
    [
      'the agent and the directory',
      aPattern({
        agentId: 'agt_1',
        connectorId: 'con_1',
        words: words('git ...'),
        cwd: { path: '/srv', within: true },
      }),
    ],
  ])('for %s covers it', (_, pattern) => {
    expect(covers(pattern, plain)).toBe(true)
  })

  test('does not take an option for any word', () => {
    const pattern = aPattern({ words: words('git push * *') })
    expect(covers(pattern, aCommand('git push origin --force'))).toBe(false)
    expect(covers(pattern, aCommand('git push -f main'))).toBe(false)
  })

  test.each([
    'git push origin main && rm -rf /',
    'git push origin main; id',
    'git push origin main | sh',
    'git push $(id) main',
    'git push `id` main',
    'git push origin main > /etc/passwd',
    'git push "$HOME" main',
    'git push origin *',
    'GIT_SSH_COMMAND=id git push origin main',
    'git push origin main\nid',
  ])('of words never covers %j, which only itself covers', (command) => {
    for (const text of ['git ...', 'git push ...', '* ...', 'git push * *'])
      expect(covers(aPattern({ words: words(text) }), aCommand(command))).toBe(false)
    expect(covers(aPattern({ command }), aCommand(command))).toBe(true)
  })

  test('of a tool covers any call, or only those with the same arguments', () => {
    const call = (given: Record<string, unknown>) =>
      aCommand('Write a file', { source: 'openclaw.plugin', action: 'write', argv: [], arguments: given })
    const any = aPattern({ source: 'openclaw.plugin', action: 'write' })
    const one = { ...any, arguments: { path: '/a', options: { b: 1, a: [1, 2] } } }
    expect(covers(any, call({ path: '/etc/passwd' }))).toBe(true)
    expect(covers(one, call({ options: { a: [1, 2], b: 1 }, path: '/a', extra: true }))).toBe(true)
    expect(covers(one, call({ options: { a: [2, 1], b: 1 }, path: '/a' }))).toBe(false)
    expect(covers(one, call({ path: '/a' }))).toBe(false)
    expect(covers({ ...any, arguments: { toString: null } }, call({}))).toBe(false)
  })

  test('of a system without a command covers its action, with one not', () => {
    const pattern = aPattern({ source: 'api', action: 'deploy' })
    expect(covers(pattern, aCommand('', { source: 'api', action: 'deploy' }))).toBe(true)
    expect(covers(pattern, aCommand('rm -rf /', { source: 'api', action: 'deploy' }))).toBe(false)
  })

  test('never covers what is riskier than it says', () => {
    for (const riskMax of risks)
      for (const risk of risks)
        expect(covers(aPattern({ words: words('ls'), riskMax }), aCommand('ls', { risk }))).toBe(
          risks.indexOf(risk) <= risks.indexOf(riskMax),
        )
  })
})

describe('a directory', () => {
  const below = (path: string, given: string) => coversDirectory({ path, within: true }, given)

  test.each([
    ['/srv/app', '/srv/app'],
    ['/srv/app', '/srv/app/'],
    ['/srv/app/', '/srv/app/src'],
    ['/srv/app', '/srv//app/./src'],
    ['/', '/anything'],
    ['C:\\work', 'C:\\work\\app'],
    ['C:\\work', 'C:/work/app'],
  ])('%j has %j within', (path, given) => expect(below(path, given)).toBe(true))

  test.each([
    ['/srv/app', '/srv/app-evil'],
    ['/srv/app', '/srv/ap'],
    ['/srv/app', '/srv'],
    ['/srv/app', '/srv/app/../../etc'],
    ['/srv/app', '/srv/app/..'],
    ['/srv/app/..', '/srv/app'],
    ['/srv/app', 'srv/app/x'],
    ['.', '/srv'],
    ['/srv/app', ''],
    ['/srv', '\\srv\\app'],
    ['/srv/app', '/srv/app\0/x'],
    ['C:\\work', 'D:\\work\\app'],
    ['C:\\work', 'C:\\work\\..\\x'],
  ])('%j does not have %j within', (path, given) => expect(below(path, given)).toBe(false))

  test('is itself only, unless what is below it is meant as well', () => {
    expect(coversDirectory({ path: '/srv/app', within: false }, '/srv/app/')).toBe(true)
    expect(coversDirectory({ path: '/srv/app', within: false }, '/srv/app/src')).toBe(false)
  })

  test('never has within what leads out of it, however it is written', () => {
    const pick = chance(7)
    const parts = ['a', 'b', '..', '.', '', 'a-evil', 'A']
    for (let round = 0; round < 20_000; round++) {
      const path = `/${Array.from({ length: pick(4) }, () => parts[pick(parts.length)]).join('/')}`
      const given = `/${Array.from({ length: pick(6) }, () => parts[pick(parts.length)]).join('/')}`
      if (!below(path, given) || path === given) continue
      expect(given.split('/')).not.toContain('..')
      const [above, inside] = [new URL(`file://${path}/`).pathname, new URL(`file://${given}/`).pathname].map((each) =>
        each.replace(/\/+/g, '/'),
      )
      expect(inside?.startsWith(above ?? '-')).toBe(true)
    }
  })
})

describe('proposals', () => {
  const proposed = (facts: RequestFacts) => proposalsFor(facts, subcommandDepth)
  const labels = (command: string, facts = {}) => proposed(aCommand(command, facts)).map(({ label }) => label)
  const textsOf = (command: string) =>
    proposed(aCommand(command)).map(({ pattern }) => {
      const said = pattern.words?.words.map((word) => ('exact' in word ? word.exact : '*')).join(' ')
      return said === undefined ? pattern.command : `${said}${pattern.words?.more ? ' ...' : ''}`
    })

  test('go from exactly this to the program with any arguments', () => {
    expect(labels('git push origin main')).toEqual(['exact', 'any_directory_below', 'any_last_words', 'any_arguments'])
    expect(textsOf('git push origin main')).toEqual([
      'git push origin main',
      'git push origin main',
      'git push * *',
      'git push ...',
    ])
    expect(textsOf('head -n 5 /etc/hosts').at(2)).toBe('head -n * *')
    expect(textsOf('ls -la').slice(2)).toEqual(['ls ...'])
  })

  test('of what is more than a simple command keep it letter by letter', () => {
    expect(textsOf('a && b')).toEqual(['a && b', 'a && b'])
    expect(labels('a | b', { cwd: '' })).toEqual(['exact'])
  })

  test('of what runs whatever it is told keep its words', () => {
    for (const command of [
      'bash -c id',
      '/usr/bin/python3.12 x.py',
      'sudo ls',
      'ssh host uptime',
      'npm run build',
      'docker exec a b',
      'git -C /srv push',
      'docker compose run a',
    ])
      expect(labels(command)).toEqual(['exact', 'any_directory_below'])
  })

  test('of what is critical are exact', () => {
    expect(labels('rm -rf /srv', { risk: 'critical' })).toEqual(['exact'])
  })

  test('of tools are these arguments, or any', () => {
    const facts = {
      source: 'openclaw.plugin',
      action: 'write',
      argv: [],
      arguments: { path: '/a' },
    } satisfies Partial<RequestFacts>
    expect(labels('Write a file', facts)).toEqual(['exact', 'any_arguments'])
    expect(proposed(aCommand('Write a file', facts)).map(({ pattern }) => pattern.arguments)).toEqual([
      { path: '/a' },
      null,
    ])
  })

  test('cover their own request, widen from one to the next, and fit it', () => {
    const pick = chance(11)
    const parts = ['git', 'push', 'ls', 'npm', 'rm', '-rf', '--force', 'a', "'b c'", 'x=1', 'docker', 'compose', '.']
    for (let round = 0; round < 3_000; round++) {
      const command = Array.from({ length: 1 + pick(6) }, () => parts[pick(parts.length)]).join(' ')
      const facts = aCommand(command, { risk: risks[pick(4)] ?? 'low', cwd: pick(4) ? '/srv/app' : '' })
      const others = Array.from({ length: 12 }, () =>
        aCommand(Array.from({ length: 1 + pick(6) }, () => parts[pick(parts.length)]).join(' '), {
          cwd: pick(2) ? '/srv/app' : '/srv/app/src',
        }),
      )
      const patterns = proposed(facts).map(({ pattern }) => pattern)
      for (const [index, pattern] of patterns.entries()) {
        expect(unfitOf(pattern, facts)).toBe(null)
        const narrower = patterns[index - 1]
        if (!narrower) continue
        expect(breadthOf(narrower)).toBeLessThan(breadthOf(pattern))
        for (const other of others) if (covers(narrower, other)) expect(covers(pattern, other)).toBe(true)
      }
    }
  })
})

describe('what a person makes of a proposal', () => {
  test('is refused when it does not cover the request, or reaches beyond its risk', () => {
    const facts = aCommand('git push origin main', { risk: 'medium' })
    const fits = aPattern({ words: words('git push ...'), riskMax: 'medium' })
    expect(unfitOf(fits, facts)).toBe(null)
    expect(unfitOf({ ...fits, words: words('git pull ...') }, facts)).toBe('not_covered')
    expect(unfitOf({ ...fits, riskMax: 'high' }, facts)).toBe('risk_above')
  })

  test('of something critical is exactly that', () => {
    const facts = aCommand('rm -rf /srv', { risk: 'critical' })
    const exact = aPattern({
      agentId: 'agt_1',
      words: words('rm -rf /srv'),
      cwd: { path: '/srv/app', within: false },
      riskMax: 'critical',
    })
    expect(unfitOf(exact, facts)).toBe(null)
    expect(unfitOf({ ...exact, agentId: null }, facts)).toBe('too_wide')
    expect(unfitOf({ ...exact, cwd: null }, facts)).toBe('too_wide')
    expect(unfitOf({ ...exact, cwd: { path: '/srv', within: true } }, facts)).toBe('too_wide')
    expect(unfitOf({ ...exact, words: words('rm -rf *') }, facts)).toBe('too_wide')
  })
})

test('the narrower of two grants is the one that leaves less open', () => {
  const narrow = aPattern({ agentId: 'agt_1', words: words('git push origin main') })
  expect(breadthOf(narrow)).toBeLessThan(breadthOf({ ...narrow, agentId: null }))
  expect(breadthOf(narrow)).toBeLessThan(breadthOf({ ...narrow, words: words('git push origin *') }))
  expect(breadthOf({ ...narrow, words: words('git push * *') })).toBeLessThan(
    breadthOf({ ...narrow, words: words('git ...') }),
  )
})

test('JSON is the same whatever the order of its keys', () => {
  expect(isSameJson({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBe(true)
  expect(isSameJson({ a: 1 }, { a: 1, b: undefined })).toBe(false)
  expect(isSameJson([1, 2], { 0: 1, 1: 2 })).toBe(false)
  expect(isSameJson(1, '1')).toBe(false)
  expect(isSameJson(null, {})).toBe(false)
})

test('a grant is what its time, its uses and people made of it', () => {
  const grant = { revokedAt: null, expiresAt: 10, usesMax: 2, uses: 0 }
  expect(stateOf(grant, 9)).toBe('active')
  expect(stateOf(grant, 10)).toBe('expired')
  expect(stateOf({ ...grant, uses: 2 }, 9)).toBe('used_up')
  expect(stateOf({ ...grant, revokedAt: 5 }, 99)).toBe('revoked')
  expect(stateOf({ ...grant, expiresAt: null, usesMax: null }, 99)).toBe('active')
})
