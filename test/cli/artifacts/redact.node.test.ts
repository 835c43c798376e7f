import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openPackage } from '../../../cbpkg/read.ts'
import { packageFile } from '../../../cli/artifacts/package-file.ts'
import { withoutMarkers } from '../../../cli/artifacts/plan/fill.ts'
import { Account, marker } from '../../../cli/artifacts/redact/marker.ts'
import { cleanTree } from '../../../cli/artifacts/redact/tree.ts'
import { joinSections } from '../../../cli/artifacts/sections/join.ts'
import { splitSections } from '../../../cli/artifacts/sections/split.ts'
import { apiKey, aUsedMachine, botToken, type Machine, pack, passphrase } from './world.ts'

/** What is nobody's business elsewhere, as people really write it into configurations and workspaces. */
const secrets = [
  apiKey,
  botToken,
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'AKIAIOSFODNN7EXAMPLE',
  'xoxb-210987654321-abcdefGHIJKL',
  'hunter2-is-no-password',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
  'MIIEpAIBAAKCAQEA7bq',
]
const personal = [
  'Marieke Vandenberghe',
  'Vandenberghe',
  'marieke@vandenberghe.example',
  '+49 170 1234567',
  '138 0013 8000',
  '203.0.113.77',
  '192.168.44.12',
  'build.vandenberghe.internal',
  'intranet.example.com',
  '/home/marieke/projects',
  '/srv/data/customers.csv',
  'C:\\Users\\marieke',
]

const corpus = (): string => `# Instructions

Log in with password: ${secrets[5]} and the token ${secrets[2]}.
AWS: ${secrets[3]}, Slack ${secrets[4]}
Authorization: Bearer ${secrets[6]}
-----BEGIN RSA PRIVATE KEY-----
${secrets[7]}
-----END RSA PRIVATE KEY-----
The provider's key is ${apiKey}; the bot's ${botToken}.

Write to Marieke Vandenberghe <${personal[2]}>, call ${personal[3]} or ${personal[4]}.
Hosts: ${personal[5]}, ${personal[6]}, ${personal[7]}, https://${personal[8]}/wiki?q=1
Look into ${personal[9]}/plan.md, ${personal[10]} and ${personal[11]}\\plan.txt.
`

const aFullMachine = async (): Promise<Machine> => {
  const machine = await aUsedMachine()
  const { gateway, folder } = machine
  const scout = join(folder, 'workspace-scout')
  for (const name of ['AGENTS.md', 'TOOLS.md', 'skills/report/SKILL.md', 'MEMORY.md', 'plan.md', '.env'])
    writeFileSync(join(scout, name), corpus())
  writeFileSync(join(scout, 'picture.bin'), Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from(apiKey)]))
  gateway.roster.rest = {
    ...gateway.roster.rest,
    tools: { exec: { host: 'gateway', mode: 'ask' }, web: { search: { apiKey: secrets[2] } } },
    env: { vars: { SOMETHING: secrets[5] } },
    hooks: { url: `https://user:${secrets[5]}@${personal[8]}/hook` },
    messages: { responsePrefix: `Marieke Vandenberghe (${personal[2]})` },
    logging: { file: '/home/marieke/gateway.log' },
  }
  gateway.roster.setEntry('clerk', { name: 'Clerk', workspace: join(folder, 'workspace-clerk'), description: corpus() })
  gateway.cron.add({
    name: 'mail',
    schedule: { kind: 'cron', expr: '0 9 * * *' },
    sessionTarget: 'isolated',
    payload: { kind: 'agentTurn', message: corpus() },
    agentId: 'clerk',
    delivery: { mode: 'announce', channel: 'telegram', to: personal[3] },
  })
  return machine
}

/** Every byte that somebody with the passphrase gets to see. */
const everythingIn = async (file: string): Promise<string> => {
  const { manifest, entries } = await openPackage(await packageFile(file), passphrase)
  const parts: Uint8Array[] = [Buffer.from(JSON.stringify(manifest))]
  for await (const { content } of entries()) for await (const part of content) parts.push(Uint8Array.from(part))
  return Buffer.concat(parts).toString('latin1')
}

test('no secret of the corpus stands anywhere in a clone, and its other words do', async () => {
  const machine = await aFullMachine()
  const { file, header } = await pack(machine, 'clone')
  const text = await everythingIn(file)
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
  expect(text).not.toContain(machine.folder)
  expect(text).not.toContain(machine.gateway.token)
  expect(text).toContain('marieke@vandenberghe.example')
  expect(header).toMatchObject({ intent: 'clone', secrets: false })
})

test('no secret, person, machine or place of the corpus stands anywhere in a share, and it says what was taken out', async () => {
  const machine = await aFullMachine()
  const { file, manifest } = await pack(machine, 'share')
  const text = await everythingIn(file)
  expect([...secrets, ...personal].filter((each) => text.toLowerCase().includes(each.toLowerCase()))).toEqual([])
  expect(text).not.toContain(machine.folder)
  expect(text).toContain('# Instructions')
  const kinds = new Set(manifest.removed.map(({ kind }) => kind))
  for (const kind of ['secret', 'email', 'phone', 'ip', 'host', 'path', 'name', 'memory', 'user_file', 'section'])
    expect([...kinds]).toContain(kind)
  expect(manifest.entries.filter(({ path }) => /MEMORY|USER|plan\.md|\.env|picture/.test(path))).toEqual([])
})

test('a backup holds all of it', async () => {
  const machine = await aFullMachine()
  const { file, manifest } = await pack(machine)
  const text = await everythingIn(file)
  expect(secrets.filter((secret) => !text.includes(secret))).toEqual([])
  expect(manifest.placeholders).toEqual([])
  expect(manifest.removed).toEqual([])
})

const tree = fc.dictionary(
  fc.constantFrom('name', 'model', 'tools', 'skills', 'workspace', 'groupChat', 'other'),
  fc.jsonValue(),
)
test('sections put together again are the configuration that they were made of', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('a', 'b', 'main'), tree),
      fc.array(fc.record({ agentId: fc.constantFrom('a', 'b', 'gone'), match: tree })),
      fc.record({ model: fc.jsonValue(), heartbeat: fc.jsonValue() }, { requiredKeys: [] }),
      tree,
      (entries, bindings, defaults, rest) => {
        const agents = { ownership: 'explicit', defaults, ...(Object.keys(entries).length > 0 ? { entries } : {}) }
        const configuration = JSON.parse(JSON.stringify({ gateway: { port: 1 }, agents, bindings, tools: rest }))
        const joined = joinSections(splitSections(configuration, { approvalRules: {}, jobs: {} }))
        expect(joined).toEqual(configuration)
      },
    ),
  )
})

/** Names a variable of the environment, and holds nothing of it. */
const reference = ['$', '{FROM_ENV}'].join('')

test('a cleaned tree keeps its shape, and what is not filled in stays as the gateway has it', () => {
  const account = new Account()
  const known = { secrets: [], hosts: [], people: [] }
  const given = {
    providers: [
      { id: 'one', apiKey: 'k-1234567890' },
      { id: 'two', apiKey: reference },
    ],
    maxTokens: 4_096,
    env: { PLAIN: 'anything' },
  }
  const cleaned = cleanTree(given, 'global/models.json', { intent: 'clone', known, account })
  expect(cleaned).toEqual({
    providers: [
      { id: 'one', apiKey: marker },
      { id: 'two', apiKey: reference },
    ],
    maxTokens: 4_096,
    env: { PLAIN: marker },
  })
  expect(account.placeholders.map(({ path }) => path)).toEqual([
    'global/models.json#/providers/0/apiKey',
    'global/models.json#/env/PLAIN',
  ])
  const now = { providers: [{ id: 'zero' }, { id: 'one', apiKey: 'its own' }] }
  expect(withoutMarkers(cleaned, now)).toEqual({
    providers: [
      { id: 'one', apiKey: 'its own' },
      { id: 'two', apiKey: reference },
    ],
    maxTokens: 4_096,
    env: {},
  })
})
