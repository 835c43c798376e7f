import { describe, expect, test } from 'vitest'
import { maskPayload } from '../../../worker/features/masking/mask.ts'
import { masksLike } from './rules.ts'

/** What somebody else would try: each a payload, and what of it may be left nowhere. */

const told = (held: unknown): string => JSON.stringify(maskPayload({ held }, masksLike()).payload)
const base64url = (text: string) => Buffer.from(text).toString('base64url')

const secret = 'hunter22-x'
const header = base64url('{"alg":"HS256","typ":"JWT"}')
const claims = base64url('{"sub":"1234567890","name":"somebody"}')
const [vector, sealed, tag] = ['Yq3x_0pLmZt8Rw2k', 'c2VhbGVkLWFuZC1uZXZlci1vcGVuZWQ', 'fIHEVJ8P2Q-7zPGKB9fyXg']
const resident = '11010519491231002X'
const github = `ghp_${'a1B2'.repeat(9)}`

const tries: [what: string, held: unknown, ...left: string[]][] = [
  ['a web token that is encrypted', `got ${header}.${'aB3-'.repeat(10)}.${vector}.${sealed}.${tag} back`, sealed, tag],
  ['one that is encrypted with a key known before', `${header}..${vector}.${sealed}.${tag}`, sealed, tag],
  ['one that nobody signed', `as ${header}.${claims}. it came`, claims],
  ['one at the end of a sentence', `It is ${header}.${claims}.${tag}.`, claims, tag],
  ['one in the fragment of a URL', `https://a.example/#id_token=${header}.${claims}.${tag}&state=1`, claims, tag],
  ['one in a URL in a URL', `https://a.example/?r=https%3A%2F%2Fb.example%2F%3Ft%3D${header}.${claims}.${tag}`, claims],
  ['a token in a URL in a URL', `https://a.example/?r=b.example%3Fk%3D${github}`, github],
  ['an address in a URL in a URL', 'https://a.example/?r=b.example%3Fmail%3Dbob%40example.com', 'bob'],
  ['a telephone in a URL in a URL', 'https://a.example/?r=b.example%3Ftel%3D13800138000', '13800138000'],
  ['a card in a URL in a URL', 'https://a.example/?r=b.example%3Fn%3D4111111111111111', '4111111111111111'],
  ['a resident in a URL in a URL', `https://a.example/?r=b.example%3Fn%3D${resident}`, resident],
  ['an IP address in a URL in a URL', 'https://a.example/?r=b.example%3Fip%3D203.0.113.7', '203.0.113.7'],
  ['a resident where an id stands', { userId: resident }, resident],
  ['an account where an id stands', { accountId: 'DE89370400440532013000' }, '0532013000'],
  ['an IBAN in small letters', 'pay de89370400440532013000 now', '0532013000'],
  ['an IBAN with letters, in small ones', 'to gb82west12345698765432.', '345698765432'],
  ['an IBAN in a query', 'https://a.example/?iban=DE89+3704+0044+0532+0130+00', '0044'],
  ['an IBAN in a query, escaped', 'https://a.example/?iban=DE89%203704%200044%200532%200130%2000', '0044'],
  ['an IBAN with blanks that do not break', 'DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000', '0044'],
  ['a card in a path', 'https://a.example/cards/4111111111111111/limit', '4111111111111111'],
  ['a card in a name', 'card_4111111111111111', '4111111111111111'],
  ['a card behind a hash', 'card #4111111111111111', '4111111111111111'],
  ['a card in a query', 'https://a.example/?c=4111+1111+1111+1111', '1111+1111'],
  ['a card in a query, escaped', 'https://a.example/?c=4111%201111%201111%201111', '1111%201111'],
  ['a card with points', '4111.1111.1111.1111', '1111.1111'],
  ['a card with blanks that do not break', '4111\u00a01111\u00a01111\u00a01111', '1111\u00a01111'],
  ['a telephone in a name', 'user_13800138000', '13800138000'],
  ['a telephone in the name of a file', 'cat 13800138000_2026.csv', '13800138000'],
  ['a flag that begins the text', `--password ${secret}`, secret],
  ['a flag of a cloud that begins the text', `--client-secret ${secret}`, secret],
  ['a flag of Windows', `setup.exe /quiet /password:${secret}`, secret],
  ['a flag in a flag', `kubectl create secret generic x --from-literal=password=${secret}`, secret],
  ['what a registry is logged in to with', `docker login -u bob -p ${secret} registry.example`, secret],
  ['what openssl opens a key with', `openssl rsa -in k.pem -passin pass:${secret}`, secret],
  ['what chpasswd is told', `echo 'root:${secret}' | sudo chpasswd`, secret],
  ['what PowerShell makes a secure string of', `ConvertTo-SecureString "${secret}" -AsPlainText -Force`, secret],
  ['a connection string', `Server=db;Uid=sa;Pwd=${secret};`, secret],
  ['a connection string of Oracle', `jdbc:oracle:thin:scott/${secret}@db:1521/x`, secret],
  ['a variable named pass', `pass=${secret} ./send`, secret],
  ['a URL with a token for its user', 'git clone https://abcdef1234567890@github.com/a/b.git', 'abcdef1234567890'],
  [
    'a URL that is signed',
    `https://s3.example/x?X-Amz-Signature=${'0123456789abcdef'.repeat(4)}&y=1`,
    '0123456789abcdef',
  ],
  ['a field named pass', { smtp: { pass: secret } }, secret],
  ['a field named pwd', { pwd: secret }, secret],
  ['a field named like a password of something', { dbPass: secret, db_pwd: secret }, secret],
  ['a field named secretKey', { secretKey: secret, secret_key: secret }, secret],
  [
    'what a registry is logged in to with, in its file',
    { auths: { r: { auth: btoa(`bob:${secret}`) } } },
    btoa(`bob:${secret}`),
  ],
  ['a variable as name and value', { env: [{ name: 'DB_PASSWORD', value: secret }] }, secret],
  ['a variable as key and value', { env: [{ key: 'SECRET_KEY', value: secret }] }, secret],
  ['a header as name and values', { headers: [{ name: 'X-Api-Key', values: [secret] }] }, secret],
  ['headers as pairs', { headers: [['X-Api-Key', secret]] }, secret],
  ['a variable as name and value in JSON in text', JSON.stringify([{ name: 'API_TOKEN', value: secret }]), secret],
  ['JSON that was cut off', `{"a":"{\\"password\\":\\"${secret}\\",\\"b\\":"`, secret],
  ['JSON in JSON that was cut off', `{"a":"{\\"b\\":\\"{\\\\\\"password\\\\\\":\\\\\\"${secret}\\\\\\",`, secret],
]

test.each(tries)('%s is masked', (_, held, ...left) => {
  const masked = told(held)
  expect(masked).toContain('‹')
  for (const each of left) expect(masked).not.toContain(JSON.stringify(each).slice(1, -1))
})

test('JSON in JSON, deeper than it is read as such, still loses its secret', () => {
  let text = JSON.stringify({ password: secret })
  for (let depth = 0; depth < 2; depth += 1) text = JSON.stringify({ text })
  expect(told(text)).not.toContain(secret)
})

describe('what only looks like it stays:', () => {
  test.each([
    ['where a command runs', { pwd: '/srv/app', cwd: '/srv/app' }],
    ['where it ran before', 'PWD=/srv/app OLDPWD=/srv pwd=~/x make'],
    ['how many passed', { pass: 12, fail: 0 }],
    ['how many passed, as text', 'pass=12 fail=0 skip=3'],
    ['names and values of other things', { env: [{ name: 'NODE_ENV', value: 'production' }] }],
    ['how many tokens', [{ name: 'inputTokens', value: 512 }]],
    [
      'words in pairs',
      [
        ['count', 'token'],
        ['max', 'min'],
      ],
    ],
    ['who one signs in as', 'https://bob@example.com/path'],
    ['how one signs in', { auth: 'token', gateway: { auth: { mode: 'basic' } } }],
    ['packages', 'tool_1.2.3.4_amd64.deb foo-1.2.3.4.tgz'],
    ['ids of ours in paths', '/api/v1/audit/events/1763700000123456'],
    ['a host of three names', 'https://api.internal.example.com/v1.2/tokens/list'],
    ['logging in', 'docker login -u bob --password-stdin registry.example'],
    ['a port', 'docker run -p 8080:80 login'],
    ['where a key comes from', 'kubectl create secret generic x --from-file=key=./tls.key'],
  ])('%s', (_, held) => {
    expect(maskPayload({ held }, masksLike()).payload).toEqual({ held })
  })
})
