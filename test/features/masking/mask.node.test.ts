import { describe, expect, test } from 'vitest'
import { maskPayload as maskBy, maskText as maskTextBy } from '../../../worker/features/masking/mask.ts'
import { masksLike } from './rules.ts'

const maskText = (text: string) => maskTextBy(text, masksLike())
const maskPayload = (payload: Record<string, unknown>) => maskBy(payload, masksLike()).payload
/** What stands in the place of something, whoever it is. */
const classesOf = (told: unknown) => JSON.parse(JSON.stringify(told).replaceAll(/‹([a-z-]+):[0-9a-z]{10}›/g, '‹$1›'))

const secret = 's3cr3t-of-4-tests'
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N'

const withSecret: [string, string][] = [
  ['an option with =', `tool --password=${secret}`],
  ['an option with a blank', `tool --password ${secret}`],
  ['an option of one dash', `tool -token ${secret}`],
  ['an option with a prefix', `tool --db-password ${secret}`],
  ['a quoted option', `tool --password "${secret}"`],
  ['a quoted option with blanks', `tool --password "two words ${secret}"`],
  ['a quoted option of single quotes', `tool --token='two words ${secret}'`],
  ['an environment variable', `PGPASSWORD=${secret} psql`],
  ['an environment variable of a cloud', `export AWS_SECRET_ACCESS_KEY=${secret}`],
  ['an environment variable named pwd', `MYSQL_PWD=${secret} mysql`],
  ['an environment variable named pass', `SMTP_PASS=${secret} send`],
  ['a second variable', `A=1 OPENAI_API_KEY=${secret} run`],
  ['a query', `curl https://example.test/?a=1&access_token=${secret}`],
  ['the first of a query', `curl https://example.test/?token=${secret}&b=2`],
  ['JSON in a command line', `curl -d '{"user":"a","password":"${secret}"}'`],
  ['escaped JSON', `curl -d "{\\"password\\":\\"${secret}\\"}"`],
  ['camel case in JSON', `{"clientSecret": "${secret}"}`],
  ['YAML', `password: ${secret}`],
  ['a header', `curl -H "Authorization: Bearer ${secret}"`],
  ['a header with basic', `curl -H 'Authorization: Basic ${secret}'`],
  ['a header without a scheme', `curl -H "authorization: ${secret}"`],
  ['a header of an API key', `curl -H "X-API-Key: ${secret}"`],
  ['a cookie', `curl -H "Cookie: session=${secret}; b=2"`],
  ['a bearer token alone', `bearer ${secret}`],
  ['a URL', `psql postgres://admin:${secret}@db.example.test/main`],
  ['a URL with an @ in the password', `psql postgres://admin:${secret}@${secret}@db/main`],
  ['curl -u', `curl -s -u admin:${secret} https://example.test`],
  ['curl --user', `curl --user "admin:${secret}" https://example.test`],
  ['mysql -p', `mysql -u root -p${secret} main`],
  ['sshpass', `sshpass -p ${secret} ssh host`],
  ['the second line', `echo\nexport TOKEN=${secret}`],
]
const shapes: [string, string][] = [
  ['a web token', jwt],
  ['OpenAI', `sk-proj-${'a1B2'.repeat(8)}`],
  ['Anthropic', `sk-ant-api03-${'a1B2'.repeat(8)}`],
  ['Stripe', `sk_live_${'a1B2'.repeat(6)}`],
  ['GitHub', `ghp_${'a1B2'.repeat(9)}`],
  ['GitHub, fine-grained', `github_pat_${'a1B2'.repeat(9)}`],
  ['GitLab', `glpat-${'a1B2'.repeat(5)}`],
  ['Slack', `xoxb-123456789012-${'a1B2'.repeat(4)}`],
  ['npm', `npm_${'a1B2'.repeat(9)}`],
  ['Google', `AIza${'a1B2'.repeat(9)}`],
  ['AWS', 'AKIAIOSFODNN7EXAMPLE'],
  ['our own', `cbc_${'0'.repeat(26)}_${'a1B2'.repeat(10)}`],
  ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${'a1B2'.repeat(9)}\n-----END RSA PRIVATE KEY-----`],
]
const ordinary = [
  'git commit -m token',
  'git commit -m "rotate the token of the bot"',
  'ls --tokens',
  'ls -la /home/agent',
  'uname -a',
  'npm install --save-dev typescript',
  'docker run -u 1000:1000 -p 8080:80 image',
  'curl -s https://example.test/path?page=2',
  'psql -h db.example.test -U admin main',
  'cat src/password-reset.ts',
  'grep -rn secret src',
  'mysql -u root -p main',
  'ssh agent@host.example.test uptime',
  'echo basic authentication is enabled',
  'the bearer presented nothing',
  'git clone git@github.com:acme/tool.git',
  'scp host:/var/log/syslog .',
  'node --test test/token.test.ts',
  'sk-learn is a library and task-list-of-the-morning a name',
  'www.example.com/this.is.a.very.long.path.without.any.secret',
  'sha256sum 3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea',
  'kubectl get pods -n token-service',
]

describe('text', () => {
  test.each(withSecret)('%s loses its secret', (_, text) => {
    const told = maskText(text)
    expect(told).not.toContain(secret)
    expect(told).toContain('‹')
  })

  test.each(shapes)('%s is known by its shape, wherever it stands', (_, token) => {
    for (const text of [token, `run ${token} now`, `"${token}"`, `x=${token}`, `(${token})`]) {
      const told = maskText(text)
      expect(told).toContain('‹')
      expect(told).not.toContain(token.slice(-12))
    }
  })

  test.each(ordinary)('%s stays as it is', (text) => {
    expect(maskText(text)).toBe(text)
  })

  test('what stands around a secret stays', () => {
    expect(classesOf(maskText(`deploy --password ${secret} --to host`))).toBe('deploy --password ‹secret› --to host')
    expect(classesOf(maskText(`a ${jwt} b`))).toBe('a ‹jwt› b')
    expect(classesOf(maskText(`postgres://u:${secret}@db/main`))).toBe('postgres://u:‹url-password›@db/main')
  })

  test('masking twice is masking once', () => {
    for (const [, text] of [...withSecret, ...shapes]) expect(maskText(maskText(text))).toBe(maskText(text))
  })

  test('hostile text of half a megabyte is read once and not again from every beginning', () => {
    const hostile = [
      'eyJ-',
      'eyJaaaaaaaaaa.',
      'a',
      'a.',
      '-',
      ' ',
      '"',
      'token',
      'token=',
      'token ',
      '--token',
      'bearer ',
      'basic  ',
      '://',
      'a://a:',
      'a://a:a@',
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY-----',
      'sk-',
      'sk_live_',
      'ghp_',
      'AKIA',
      'curl -u ',
      'curl ',
      'mysql -p',
      'sshpass ',
      'authorization: ',
      'cookie: ',
      'password\\"',
      '\n',
      '; a',
      'cbc_',
    ]
    for (const part of hostile) expect(typeof maskText(part.repeat(500_000 / part.length))).toBe('string')
  })
})

describe('a payload', () => {
  test('is masked by the names of its fields, however deep', () => {
    expect(
      classesOf(
        maskPayload({
          password: 'x',
          accessToken: 'x',
          client_secret: 'x',
          'x-api-key': 'x',
          headers: { Authorization: 'Basic x', Cookie: ['a', 'b'] },
          list: [{ secret: { value: 'x' } }, { token: 12345 }],
        }),
      ),
    ).toEqual({
      password: '‹secret›',
      accessToken: '‹secret›',
      client_secret: '‹secret›',
      'x-api-key': '‹secret›',
      headers: { Authorization: '‹secret›', Cookie: '‹secret›' },
      list: [{ secret: '‹secret›' }, { token: '‹secret›' }],
    })
  })

  test('keeps what only sounds like a secret', () => {
    const payload = {
      sessionKey: 'agent:main:main',
      inputTokens: 512,
      passed: 'yes',
      tokenizer: 'cl100k',
      secret: null,
      password: false,
      nested: { key: 'value', list: ['git commit -m token', 1, null] },
    }
    expect(maskPayload(payload)).toEqual(payload)
  })
})

describe('what was given', () => {
  const deep = (text: string) => ({ a: [{ 'b/c': [1, text, null, ['x']] }], name: 'n', at: 1763700000123 })

  test('is answered itself where nothing in it is masked, and in each part of it', () => {
    const payload = deep('git status')
    expect(maskPayload(payload)).toBe(payload)
    const told = maskPayload({ kept: payload, secret: 'x' })
    expect(told.kept).toBe(payload)
  })

  test('is never changed, however deep something is masked', () => {
    const given = [
      deep('a@example.com'),
      { 'lin@example.com': 1 },
      { text: 'half \ud800' },
      { argv: ['--token', 'hunter2'] },
      { list: [['x-api-key', 'hunter2']], body: '{"password":"x"}' },
      { name: 'DB_PASSWORD', value: 'hunter2' },
    ]
    for (const payload of given) {
      const before = structuredClone(payload)
      const told = maskPayload(payload)
      expect(payload).toEqual(before)
      expect(told).not.toEqual(before)
    }
  })

  test('is copied as plain JSON where it is of another kind', () => {
    class Told {
      readonly at = 'now'
    }
    const told = maskPayload({ told: new Told(), date: new Date(0) })
    expect(Object.getPrototypeOf(told.told)).toBe(Object.prototype)
    expect(JSON.stringify(told)).toBe('{"told":{"at":"now"},"date":{}}')
  })
})

describe('what stands within', () => {
  const stays = (text: string) => expect(maskText(text)).toBe(text)

  test('JSON in text, and JSON in JSON in text, is read as JSON', () => {
    const inner = JSON.stringify({ password: 'two words', mail: 'a\u0040example.com' })
    const text = JSON.stringify({ body: inner, n: 1 })
    expect(classesOf(maskText(text))).toBe('{"body":"{\\"password\\":\\"‹secret›\\",\\"mail\\":\\"‹email›\\"}","n":1}')
    stays('{"a": 1,\n  "b": [1, 2.0, 1e3]}')
  })

  test('a list of arguments is read like a command line', () => {
    const argv = ['mysql', '--password', 'hunter2', '--host', 'db', '--token', '--verbose']
    expect(classesOf(maskPayload({ argv }))).toEqual({
      argv: ['mysql', '--password', '‹secret›', '--host', 'db', '--token', '--verbose'],
    })
  })

  test('names of fields are read, too', () => {
    expect(classesOf(maskPayload({ 'lin@example.com': 1, '13800138000': 2 }))).toEqual({ '‹email›': 1, '‹phone›': 2 })
  })

  test('numbers that are somebody are masked, and what is counted is not', () => {
    expect(
      classesOf(maskPayload({ mobile: 13800138000, contact: 13800138000, bytes: 13800138000, at: 1763700000123 })),
    ).toEqual({
      mobile: '‹phone›',
      contact: '‹phone›',
      bytes: 13800138000,
      at: 1763700000123,
    })
  })

  test('ids of a gateway stay readable, whatever digits they have', () => {
    const payload = {
      externalId: '13800138000',
      runId: 'aB3dE5fG7hI9jK1lM3nO5pQ7',
      sessionKey: 'agent:main:main',
      toolCallId: 'call_aB3dE5fG7hI9jK1lM3nO5pQ7',
      digest: 'aB3dE5fG7hI9jK1lM3nO5pQ7rS9t',
      name: 'Ledger',
      command: 'git push origin main && npm run build',
      path: '/home/agent/work/report_2026-11-21.md',
    }
    expect(maskPayload(payload)).toEqual(payload)
  })

  test('a name like a prototype is a name', () => {
    const told = maskPayload(JSON.parse('{"__proto__":{"password":"x"},"constructor":"y"}'))
    expect(JSON.stringify(told)).toMatch(/^{"__proto__":{"password":"‹secret:\w{10}›"},"constructor":"y"}$/)
  })
})

describe('a pseudonym', () => {
  const subjectOf = (text: string, letter = 'a') => /‹([^›]+)›/.exec(maskTextBy(text, masksLike({}, letter)))?.[1]

  test('is the same for the same thing, however it is written', () => {
    expect(
      new Set(
        ['+86 138 0013 8000', '13800138000', '86-13800138000', '0086 13800138000', '１３８００１３８０００'].map(
          (each) => subjectOf(each),
        ),
      ).size,
    ).toBe(1)
    expect(subjectOf('a Lin@Example.com')).toBe(subjectOf('mailto:lin%40example.com'))
    expect(subjectOf('DE89 3704 0044 0532 0130 00')).toBe(subjectOf('DE89370400440532013000'))
    expect(subjectOf('4111 1111 1111 1111')).toBe(subjectOf('4111111111111111'))
    expect(subjectOf('2001:DB8:0:0:0:0:0:1')).toBe(subjectOf('2001:db8::1'))
  })

  test('tells apart what is different, by value, class and organization', () => {
    expect(subjectOf('a@example.com')).not.toBe(subjectOf('b@example.com'))
    expect(subjectOf('a@example.com')).not.toBe(subjectOf('a@example.com', 'b'))
  })

  test('goes with the original only where the policy keeps it, and never with a secret', () => {
    const payload = { note: 'a@example.com, token=hunter2-x', list: [{ 'a/b': '13800138000' }] }
    expect(maskBy(payload, masksLike()).originals).toEqual([])
    const { originals } = maskBy(payload, masksLike({ keepOriginals: true }))
    expect(originals.map(({ path, value }) => [path, value])).toEqual([
      ['/note', 'a@example.com'],
      ['/list/0/a~1b', '13800138000'],
    ])
  })

  test('is not given to what the policy does not mask', () => {
    const rules = masksLike({ personal: new Set(['phone']) })
    expect(maskTextBy('a@example.com 8.8.8.8', rules)).toBe('a@example.com 8.8.8.8')
    expect(maskTextBy('10.0.0.1', masksLike({ personal: new Set(['private-ip']) }))).toMatch(/‹private-ip:/)
  })
})
