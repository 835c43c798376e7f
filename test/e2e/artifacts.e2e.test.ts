import { createHash } from 'node:crypto'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Agent } from '../../worker/features/agents/contract.ts'
import { BackupStandings } from '../../worker/features/artifacts/backups/contract.ts'
import { Restore } from '../../worker/features/artifacts/restores/contract.ts'
import { CreatedConnector } from '../../worker/features/connectors/contract.ts'
import { Snapshot } from '../../worker/features/snapshots/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { type Gateway, startGateway } from '../support/openclaw/gateway.ts'
import { installOpenClaw } from '../support/openclaw/install.ts'
import { connectOperator, type Operator } from '../support/openclaw/operator.ts'
import { ownerEnv, signIn, until } from '../support/product/client.ts'
import { runCommand } from '../support/product/command.ts'
import { startConnector } from '../support/product/connector.ts'
import { endOf, startServer } from '../support/product/server.ts'
import { type StubModel, startStubModel } from '../support/stub-model.ts'

/** The real gateway is packed, wiped, and is what it was; a second one becomes like it without its secrets. */

let missing: string | null = null
let model: StubModel
let gateway: Gateway
let second: Gateway
const folder = mkdtempSync(join(tmpdir(), 'clawbutler-artifacts-'))
const passphraseFile = join(folder, 'passphrase')
const backup = join(folder, 'backup.cbpkg')

beforeAll(async () => {
  writeFileSync(passphraseFile, 'a passphrase that is long enough\n')
  try {
    const command = await installOpenClaw(console.log)
    model = await startStubModel()
    const options = { command, modelUrl: model.url, ask: 'off' } as const
    ;[gateway, second] = await Promise.all([startGateway(options), startGateway(options)])
  } catch (error) {
    missing = `the OpenClaw gateway did not start: ${String(error).slice(0, 500)}`
  }
})

afterAll(async () => {
  await Promise.all([gateway?.stop(), second?.stop()])
  await model?.close()
  rmSync(folder, { recursive: true, force: true })
})

const artifact = async (at: Gateway, ...args: string[]) => {
  const state = join(folder, at === gateway ? 'one' : 'two')
  const place = [
    '--gateway',
    at.url,
    '--gateway-token',
    at.token,
    '--state',
    state,
    '--passphrase-file',
    passphraseFile,
  ]
  const ran = await runCommand(['connector', 'artifact', ...args, ...place, '--json'])
  expect(ran.code, `${args.join(' ')}: ${ran.stderr}`).toBe(0)
  const parsed: unknown = JSON.parse(ran.stdout)
  return parsed
}

const Configuration = z
  .object({ agents: z.looseObject({ entries: z.record(z.string(), z.unknown()).default({}) }) })
  .loose()
/** The gateway's own file, without the notes that it keeps for itself in it. */
const fileOf = (at: Gateway) => {
  const { meta: _, ...file } = Configuration.parse(JSON.parse(readFileSync(join(at.folder, 'openclaw.json'), 'utf8')))
  return file
}
const Jobs = z.object({ jobs: z.array(z.looseObject({ declarationKey: z.string().optional() })) })
const Rules = z.object({ file: z.looseObject({ defaults: z.unknown(), agents: z.unknown() }) })

/** By hash: the configuration, the rules of approval, the jobs that people made, and every file of the workspaces. */
const hashOf = async (at: Gateway): Promise<Record<string, string>> => {
  const operator = await connectOperator(at.url, at.token)
  const { jobs } = Jobs.parse(await operator.call('cron.list', { includeDisabled: true }))
  const { file } = Rules.parse(await operator.call('exec.approvals.get', {}))
  operator.close()
  const own = jobs
    .filter(({ declarationKey }) => declarationKey === undefined)
    .map(({ name, agentId, enabled, schedule, payload, delivery, sessionTarget }) => ({
      name,
      agentId,
      enabled,
      schedule,
      payload,
      delivery,
      sessionTarget,
    }))
  const rules = JSON.stringify({ defaults: file.defaults, agents: file.agents }).replaceAll(/"id":"[^"]*"/g, '"id":""')
  return {
    configuration: digest(fileOf(at)),
    jobs: digest(own),
    rules: digest(JSON.parse(rules)),
    ...Object.fromEntries(
      ['workspace', 'workspace-scout'].flatMap((name) =>
        filesBelow(join(at.folder, name)).map((each) => [`${name}${each.path}`, each.hash]),
      ),
    ),
  }
}
const digest = (value: unknown) =>
  createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex')
const filesBelow = (root: string, path = ''): { path: string; hash: string }[] =>
  readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const here = `${path}/${entry.name}`
    if (entry.isDirectory()) return filesBelow(root, here)
    const mode = statSync(join(root, here)).mode & 0o111
    return [{ path: here, hash: digest([readFileSync(join(root, here), 'base64'), mode]) }]
  })

const listed = (operator: Operator, id: string) =>
  until(`the agent ${id}`, async () =>
    z
      .object({ agents: z.array(z.object({ id: z.string() })) })
      .parse(await operator.call('agents.list', {}))
      .agents.some((agent) => agent.id === id),
  )
const patch = async (operator: Operator, change: object) => {
  const { hash } = z.object({ hash: z.string() }).parse(await operator.call('config.get', {}))
  await operator.call('config.patch', { raw: JSON.stringify(change), baseHash: hash })
}
/** Somebody changes it by the gateway's own means. */
const rename = async (at: Gateway, name: string) => {
  const operator = await connectOperator(at.url, at.token)
  await patch(operator, { agents: { entries: { scout: { name } } } })
  operator.close()
}

test('a gateway that lost its state is, after an exact restore, by hash what it was', async ({ skip }) => {
  if (missing) skip(missing)
  const configurationFile = join(gateway.folder, 'openclaw.json')
  copyFileSync(configurationFile, join(folder, 'as-installed.json'))
  const operator = await connectOperator(gateway.url, gateway.token)
  const workspace = join(gateway.folder, 'workspace-scout')
  await operator.call('agents.create', { name: 'Scout', workspace })
  await listed(operator, 'scout')
  await patch(operator, {
    models: {
      providers: {
        second: {
          baseUrl: 'http://127.0.0.1:9/v1',
          apiKey: 'sk-second-0123456789abcdef',
          api: 'openai-completions',
          models: [],
        },
      },
    },
    agents: { entries: { scout: { tools: { deny: ['browser'] }, model: { primary: 'stub/stub-1' } } } },
    bindings: [{ agentId: 'scout', match: { channel: 'telegram' } }],
  })
  const { hash, file } = z
    .object({ hash: z.string(), file: z.looseObject({}) })
    .parse(await operator.call('exec.approvals.get', {}))
  await operator.call('exec.approvals.set', {
    baseHash: hash,
    file: {
      ...file,
      defaults: { security: 'allowlist' },
      agents: { scout: { allowlist: [{ pattern: '/usr/bin/uname' }] } },
    },
  })
  const schedule = { kind: 'cron', expr: '0 9 * * *', tz: 'Asia/Shanghai' }
  const job = {
    name: 'daily',
    schedule,
    sessionTarget: 'isolated',
    payload: { kind: 'agentTurn', message: 'Report.' },
    agentId: 'scout',
    delivery: { mode: 'none' },
  }
  await operator.call('cron.add', job)
  await operator.call('agents.files.set', { agentId: 'scout', name: 'AGENTS.md', content: '# Scout\n' })
  mkdirSync(join(workspace, 'skills', 'report'), { recursive: true })
  writeFileSync(join(workspace, 'skills', 'report', 'run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  operator.close()
  const before = await hashOf(gateway)
  await artifact(gateway, 'export', '--intent', 'backup', '--out', backup)

  await gateway.stop()
  for (const name of readdirSync(join(gateway.folder, 'state')))
    rmSync(join(gateway.folder, 'state', name), { recursive: true, force: true })
  for (const name of ['workspace', 'workspace-scout'])
    for (const each of readdirSync(join(gateway.folder, name)))
      rmSync(join(gateway.folder, name, each), { recursive: true, force: true })
  rmSync(workspace, { recursive: true, force: true })
  // The gateway would take its own copies for what it was.
  for (const name of readdirSync(gateway.folder))
    if (name.startsWith('openclaw.json.')) rmSync(join(gateway.folder, name))
  writeFileSync(configurationFile, readFileSync(join(folder, 'as-installed.json')))
  await gateway.restart()
  expect(Object.keys(fileOf(gateway).agents.entries)).not.toContain('scout')

  const result = await artifact(gateway, 'import', backup, '--mode', 'exact_restore', '--yes', '--offline')
  expect(result).toMatchObject({ outcome: 'restored', created: ['scout'], differences: [] })
  expect(await hashOf(gateway)).toEqual(before)
  const again = await artifact(gateway, 'import', backup, '--mode', 'exact_restore', '--yes', '--offline')
  expect(again).toMatchObject({ outcome: 'nothing_to_do' })
})

test('a clone makes a second gateway like the first, without a secret of it and with its own way in', async ({
  skip,
}) => {
  if (missing) skip(missing)
  const clone = join(folder, 'clone.cbpkg')
  const Exported = z.object({ manifest: z.object({ placeholders: z.array(z.object({ path: z.string() })) }) })
  const { manifest } = Exported.parse(await artifact(gateway, 'export', '--intent', 'clone', '--out', clone))
  const paths = manifest.placeholders.map(({ path }) => path)
  expect(paths).toContain('global/models.json#/models/providers/second/apiKey')
  const operator = await connectOperator(second.url, second.token)
  await operator.call('agents.create', { name: 'Stranger' })
  await listed(operator, 'stranger')
  operator.close()
  const fill = join(folder, 'fill.json')
  const workspace = join(second.folder, 'workspace-scout')
  writeFileSync(
    fill,
    JSON.stringify({
      'global/models.json#/models/providers/second/apiKey': 'sk-another-0123456789abc',
      'agents/scout/runtime.json#/workspace': workspace,
    }),
  )
  const before = fileOf(second)
  const result = await artifact(
    second,
    'import',
    clone,
    '--mode',
    'exact_restore',
    '--fill',
    fill,
    '--yes',
    '--offline',
  )
  expect(result).toMatchObject({ outcome: 'restored', created: ['scout'], deleted: ['stranger'], differences: [] })
  const after = fileOf(second)
  expect(after).toMatchObject({
    gateway: before.gateway,
    models: { providers: { stub: { apiKey: 'stub-key' }, second: { apiKey: 'sk-another-0123456789abc' } } },
    bindings: [{ agentId: 'scout', match: { channel: 'telegram' } }],
  })
  expect(after.agents.entries.scout).toMatchObject({ tools: { deny: ['browser'] }, workspace })
  expect(Object.keys(after.agents.entries)).not.toContain('stranger')
  expect(readFileSync(join(workspace, 'AGENTS.md'), 'utf8')).toBe('# Scout\n')
  expect(JSON.stringify(after)).not.toContain(gateway.folder)
  expect(JSON.stringify(after)).not.toContain('sk-second')
})

test('a connector saves the gateway by its schedule, opens what it saved by itself, and that puts everything back', {
  timeout: 600_000,
}, async ({ skip }) => {
  if (missing) skip(missing)
  const server = await startServer({ env: ownerEnv })
  const client = await signIn(server.url)
  const { connector, token } = await client.post(CreatedConnector, '/connectors', { name: 'laboratory' })
  const scopes = ['artifacts.read', 'artifacts.write', 'artifacts.restore', 'connectors.read']
  const { secret } = await client.post(z.object({ secret: z.string() }), '/api-keys', { name: 'e2e', scopes })
  const env = { CLAWBUTLER_SERVER: server.url, CLAWBUTLER_API_KEY: secret }
  const running = startConnector({
    ...{ server: server.url, token, gateway: gateway.url, gatewayToken: gateway.token },
    ...{ groups: ['read', 'approvals', 'backup'], backupPassphraseFile: passphraseFile },
  })
  const run = async (...args: string[]) => {
    const ran = await runCommand(['connector', 'artifact', ...args, '--json'], env)
    expect(ran.code, `${args.join(' ')}: ${ran.stderr}`).toBe(0)
    return ran.stdout
  }
  const standing = async () => (await client.get(BackupStandings, '/backups')).items[0]
  try {
    await until('the connector', async () => (await standing())?.reach === 'ready')
    // A minute that has not begun when the command below is through, however slow that is.
    const at = new Date(Date.now() + 110_000).toISOString().slice(11, 16)
    const keep = ['--keep-daily', '2', '--keep-weekly', '1', '--keep-monthly', '1', '--drill', 'daily']
    await run('schedule', '--connector', 'laboratory', '--at', at, '--time-zone', 'UTC', ...keep)
    const saved = await until('a backup by the schedule', async () => (await standing())?.lastStored, 300_000)
    expect(saved).toMatchObject({ cause: 'scheduled', intent: 'backup', hasSecrets: true, state: 'stored' })
    const proven = await until('its proof', async () => (await standing())?.lastProven, 150_000)
    expect(proven.id).toBe(saved.id)
    expect(await standing()).toMatchObject({ lastDrill: { state: 'passed', artifactId: saved.id }, lateSince: null })

    const before = await hashOf(gateway)
    const pulled = join(folder, 'pulled.cbpkg')
    await run('pull', saved.id, '--out', pulled)
    const ran = await runCommand(['connector', 'artifact', 'verify', pulled, '--passphrase-file', passphraseFile])
    expect(ran.code, ran.stderr).toBe(0)
    // What the cloud has is ciphertext: no secret of the gateway stands in it.
    expect(readFileSync(pulled).includes('sk-second')).toBe(false)
    const scout = await until('scout here', async () =>
      (await client.get(PageOf(Agent), '/agents')).items.find(({ externalId }) => externalId === 'scout'),
    )
    const newestOf = async (scope: string) =>
      (await client.get(PageOf(Snapshot), `/agents/${scout.id}/versions?scope=${scope}`)).items[0]
    await rename(gateway, 'Somebody else')
    writeFileSync(join(gateway.folder, 'workspace-scout', 'AGENTS.md'), '# Somebody else\n')
    await client.post(z.unknown(), `/agents/${scout.id}/drift-check`, {})
    for (const scope of ['agent_config', 'workspace_bundle'])
      expect(await newestOf(scope)).toMatchObject({ cause: 'elsewhere' })
    rmSync(join(gateway.folder, 'workspace-scout', 'skills'), { recursive: true })
    const place = ['--gateway', gateway.url, '--gateway-token', gateway.token, '--state', join(folder, 'one')]
    const how = ['--passphrase-file', passphraseFile, '--mode', 'exact_restore', '--connector', connector.id, '--yes']
    expect(JSON.parse(await run('import', pulled, ...place, ...how))).toMatchObject({
      outcome: 'restored',
      differences: [],
    })
    expect(await hashOf(gateway)).toEqual(before)
    expect((await client.get(PageOf(Restore), '/restores')).items).toMatchObject([
      { state: 'finished', verified: true, checkpointId: expect.stringMatching(/^art_/) },
    ])
    // By content it is the restore's, as the gateway itself tells it; a change by hand behind it is not.
    await client.post(z.unknown(), `/agents/${scout.id}/drift-check`, {})
    for (const scope of ['agent_config', 'workspace_bundle'])
      expect(await newestOf(scope)).toMatchObject({ cause: 'restore' })
    await rename(gateway, 'By hand')
    await client.post(z.unknown(), `/agents/${scout.id}/drift-check`, {})
    expect(await newestOf('agent_config')).toMatchObject({ cause: 'elsewhere' })
  } finally {
    await endOf(running.child)
    await server.stop()
  }
})
