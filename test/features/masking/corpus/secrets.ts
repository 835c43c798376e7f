import { alphanumeric, type Case, has, letters, lots, nth, ordinary } from './case.ts'

const lot = lots(4242)
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const any = (length: number): string => lot.from(alphanumeric, length)
const upper = (length: number): string => lot.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', length)
const around = [
  'run with % now',
  '"%"',
  '使用%调用接口',
  '{"note":"%"}',
  'echo % | pbcopy',
  'https://api.example.com/v1?k=%',
  '- %',
  '(%)',
]
const within = (index: number, value: string): string => nth(around, index).replace('%', value)

/** Tokens by who issues them, in the form that they publish. */
const issued: [string, () => string][] = [
  ['github-token', () => `ghp_${any(36)}`],
  ['github-token', () => `github_pat_${any(22)}_${any(59)}`],
  ['gitlab-token', () => `glpat-${any(20)}`],
  ['slack-token', () => `xoxb-${lot.digits(12)}-${lot.digits(12)}-${any(24)}`],
  ['slack-token', () => `xapp-1-A${upper(10)}-${lot.digits(13)}-${lot.hex(64)}`],
  ['aws-key', () => `AKIA${lot.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`],
  ['google-key', () => `AIza${any(35)}`],
  ['google-key', () => `GOCSPX-${any(28)}`],
  ['azure-key', () => `${any(3)}8Q~${any(34)}`],
  ['stripe-key', () => `sk_live_${any(24)}`],
  ['stripe-key', () => `rk_test_${any(24)}`],
  ['anthropic-key', () => `sk-ant-api03-${any(93)}AA`],
  ['openai-key', () => `sk-proj-${any(48)}`],
  ['openai-key', () => `sk-${any(20)}T3BlbkFJ${any(20)}`],
  ['openrouter-key', () => `sk-or-v1-${lot.hex(64)}`],
  ['api-key', () => `sk-${lot.hex(32)}`],
  ['npm-token', () => `npm_${any(36)}`],
  ['pypi-token', () => `pypi-AgEIcHlwaS5vcmc${any(60)}`],
  ['docker-token', () => `dckr_pat_${any(27)}`],
  ['twilio-key', () => `SK${lot.hex(32)}`],
  ['sendgrid-key', () => `SG.${any(22)}.${any(43)}`],
  ['mailgun-key', () => `key-${lot.hex(32)}`],
  ['mailchimp-key', () => `${lot.hex(32)}-us12`],
  ['telegram-token', () => `${lot.digits(9)}9:AA${any(33)}`],
  ['discord-token', () => `M${any(23)}.${any(6)}.${any(38)}`],
  ['alibaba-key', () => `LTAI5t${any(18)}`],
  ['tencent-key', () => `AKID${any(32)}`],
  ['volcengine-key', () => `AKLT${any(44)}`],
  ['huggingface-token', () => `hf_${any(34)}`],
  ['groq-key', () => `gsk_${any(52)}`],
  ['digitalocean-token', () => `dop_v1_${lot.hex(64)}`],
  ['databricks-token', () => `dapi${lot.hex(32)}`],
  ['shopify-token', () => `shpat_${lot.hex(32)}`],
  ['linear-key', () => `lin_api_${any(40)}`],
  ['atlassian-token', () => `ATATT3xFfGF0${any(60)}`],
  ['vault-token', () => `hvs.${any(90)}`],
  ['grafana-token', () => `glsa_${any(32)}_${lot.hex(8)}`],
  ['supabase-key', () => `sbp_${lot.hex(40)}`],
  ['clawbutler-token', () => `cbc_${lot.from('0123456789abcdefghjkmnpqrstvwxyz', 26)}_${any(43)}`],
  ['jwt', () => `eyJ${any(33)}.eyJ${any(60)}.${any(43)}`],
  ['dingtalk-secret', () => `SEC${lot.hex(64)}`],
]
const tokens: Case[] = issued.flatMap(([name, make]) =>
  times(4, (index) => {
    const value = make()
    return has(within(index * 2 + name.length, value), name, value)
  }),
)
const pem = `-----BEGIN PRIVATE KEY-----\n${any(64)}\n${any(64)}\n-----END PRIVATE KEY-----`
const placed: Case[] = [
  has(`key:\n${pem}\nend`, 'private-key', pem),
  has('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA', 'private-key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA'),
  ...times(4, () => {
    const [token, hook, sign] = [lot.hex(64), `T${upper(10)}/B${upper(10)}/${any(24)}`, any(43)]
    return [
      has(`curl https://oapi.dingtalk.com/robot/send?access_token=${token}`, 'webhook', token),
      has(`curl -d @x https://hooks.slack.com/services/${hook}`, 'webhook', hook),
      has(`DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${sign}=;`, 'azure-key', `${sign}=`),
    ]
  }).flat(),
  ...times(4, () => {
    const hook = `${lot.hex(8)}-${lot.hex(4)}-${lot.hex(4)}-${lot.hex(4)}-${lot.hex(12)}`
    return [
      has(`https://open.feishu.cn/open-apis/bot/v2/hook/${hook}`, 'webhook', hook),
      has(`POST https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${hook}`, 'webhook', hook),
    ]
  }).flat(),
]

const passwords = ['hunter2-of-many', 'P4ssw0rd!x', 'tiger', 'Zx9-qq', 'mypass123']
const named: Case[] = [
  '--password %',
  '--db-password=%',
  'PGPASSWORD=% psql',
  'export AWS_SECRET_ACCESS_KEY=%',
  'docker run -e API_KEY=% app',
  '{"password":"%"}',
  '{\\"secret\\":\\"%\\"}',
  'client_secret: %',
  'https://example.com/cb?access_token=%&x=1',
  'tool --token "%"',
  "tool --api-key '%'",
  '密码：%',
  '数据库密码是 %',
  '令牌=%',
  'sshpass -p % ssh a@b',
  'redis-cli -h cache -a % ping',
  'mysql -u root -p% main',
  'curl -u admin:% https://example.com',
  'password = "%"',
  'auth_token => "%"',
  'DB_PASS=%',
  'MYSQL_PWD=% mysql',
  'machine example.com login me password %',
  'ENCRYPTION_KEY=%',
  'wifi_psk=%',
].flatMap((text, index) => {
  const values = [nth(passwords, index), nth(passwords, index + 2)]
  return values.map((value) => has(`tool; ${text.replace('%', value)}`, 'secret', value))
})
const inUrls: Case[] = [
  'psql postgres://admin:%@db.example.com/main',
  'redis://:%@cache:6379/0',
  'git clone https://me:%@git.example.com/a.git',
  'mongodb+srv://u:%@cluster.example.com/x',
  'amqp://guest:%@mq:5672',
  '连接 mysql://root:%@10.0.0.5/db 失败',
].flatMap((text, index) =>
  [nth(passwords, index), any(16)].map((value) => has(text.replace('%', value), 'url-password', value)),
)
const headers: Case[] = [
  'curl -H "Authorization: Bearer %" https://example.com',
  "curl -H 'authorization: token %' x",
  '{"Authorization":"Basic %"}',
  'Authorization: %',
  'wget --header="Authorization: Bearer %"',
].flatMap((text) => times(3, () => any(24)).map((value) => has(text.replace('%', value), 'authorization', value)))

const drawn: Case[] = times(60, (index) => {
  const value = index % 3 === 2 ? lot.from(`${alphanumeric}+`, 44) : any(28 + (index % 3) * 12)
  return has(
    nth(['sent % to it', '"%"', '值为 % 的变量', 'x: %', 'apply %'], index).replace('%', value),
    'random',
    value,
  )
})

const quiet = [
  'git commit -m token',
  'ls --tokens',
  'cat src/password-reset.ts',
  'grep -rn secret src',
  'kubectl get pods -n token-service',
  'echo basic authentication is enabled',
  'the bearer presented nothing',
  'export TOKEN=$GITHUB_TOKEN',
  ['PASSWORD="$', '{DB_PASSWORD}" run'].join(''),
  'token: {{ secrets.TOKEN }}',
  '--password <password>',
  'const token: string',
  'password=********',
  'api_key = process.env.API_KEY',
  'token: null',
  'secret = required',
  'docker run -u 1000:1000 -p 8080:80 image',
  'curl -s https://example.com/path?page=2',
  'mysql -u root -p main',
  'npm install --save-dev typescript',
  'sk-learn is a library',
  'task-list-of-the-morning-and-evening',
  `sha256:${lot.hex(64)}`,
  `commit ${lot.hex(40)}`,
  `git show ${lot.hex(7)}`,
  `md5 ${lot.hex(32)}`,
  `trace ${lot.hex(32)}`,
  `id ${lot.hex(8)}-${lot.hex(4)}-4${lot.hex(3)}-a${lot.hex(3)}-${lot.hex(12)}`,
  `agt_${lot.from('0123456789abcdefghjkmnpqrstvwxyz', 26)}`,
  `con_${lot.from('0123456789abcdefghjkmnpqrstvwxyz', 26)} online`,
  `call_${any(24)}`,
  `toolu_01${any(22)}`,
  `chatcmpl-${any(29)}`,
  `msg_${any(24)}`,
  `integrity sha512-${any(86)}==`,
  `SHA256:${any(43)}`,
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${any(43)} me`,
  'ConnectorSessionMigrationHandlerV2Factory',
  'durable-objects/audit-log/search-index.ts',
  '/home/agent/.openclaw/workspace/2026-11-21/report_final_v2.md',
  'https://docs.example.com/en/latest/getting-started/installation.html',
  'node_modules/@cloudflare/workers-types/2023-07-01/index.d.ts',
  'test_that_a_second_decision_is_refused_and_leaves_no_trace',
  'AbstractSingletonProxyFactoryBean',
  'thisIsAVeryLongCamelCaseIdentifierForATest',
  'SOME_VERY_LONG_CONSTANT_NAME_2026',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  'agent:main:main',
  'agent:main:subagent:3f2a',
  'session agent:ops:cron:nightly-report',
  'bash -c "set -euo pipefail; cd /srv && make build"',
  'rm -rf /srv/data/cache',
  'ls -la | sort -k5 -n | tail -20',
  'python3 -m http.server 8000',
  '部署到生产环境的第 12 次尝试',
  '密码学基础课程',
  '请重置密码',
  '令牌桶算法',
  '验证码已过期',
  'tokenizer cl100k_base',
  'max_tokens=4096',
  'passed: 12, failed: 0',
  'keyboard layout',
  'the key point is',
  'monkey=banana',
  'primary key (id)',
  'foreign_keys=ON',
  'SELECT token_count FROM usage',
  'ALTER TABLE secrets ADD COLUMN x',
  'basic auth',
  'cookie banner',
  'Set cookies policy',
  'AKIA is a prefix',
  'ghp_short',
  'xoxb-',
  'LTAI',
  '-----BEGIN CERTIFICATE-----',
  'SK hynix',
  'key-value store',
  'authorization required',
  `data.${letters.slice(0, 10)}.json`,
  'localhost:8787/api/v1/audit/events?limit=200&order=oldest',
  'X-Request-Id: 42',
  'retry-after: 30',
  'Content-Type: application/json',
  'npm run verify -- --only=types',
  'openclaw gateway run --port 18789',
].map(ordinary)

export const secrets: Case[] = [...tokens, ...placed, ...named, ...inUrls, ...headers, ...drawn, ...quiet]
