import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { ReportRestore, restoreSteps } from '../../../worker/features/artifacts/restores/contract.ts'
import { Refusal } from '../../support/gateway-simulator/protocol.ts'
import { bareEnvironment } from '../../support/product/command.ts'
import { anApi, idOf } from '../api.ts'
import { apiKey, aUsedMachine, type Machine, pack, passphrase } from './world.ts'

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const commandLine = join(import.meta.dirname, '../../../cli/main.ts')
const at = '2026-11-21T06:00:00.000Z'

/** Starts the command; kills it as soon as it says something that matches. */
const run = ({ folder, place }: Machine, args: string[], env: NodeJS.ProcessEnv = {}, killAt: RegExp | null = null) => {
  const passphraseFile = join(folder, 'passphrase')
  writeFileSync(passphraseFile, `${passphrase}\n`)
  const where = ['--gateway', place.gateway, '--gateway-token', place.gatewayToken ?? '', '--state', place.stateDir]
  const child = spawn(
    process.execPath,
    [commandLine, 'connector', 'artifact', ...args, ...where, '--passphrase-file', passphraseFile],
    { env: { ...bareEnvironment, HOME: folder, ...env } },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const ran = { stdout: '', stderr: '' }
  child.stdout.on('data', (data: Buffer) => (ran.stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => {
    ran.stderr += data.toString()
    if (killAt?.test(ran.stderr)) child.kill('SIGKILL')
  })
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...ran })),
  )
}

const entryOf = ({ folder }: Machine, id: string) =>
  JSON.parse(readFileSync(join(folder, 'openclaw.json'), 'utf8')).agents.entries[id]

/** A used machine, packed, on which somebody has changed something since. */
const aChangedMachine = async (change: Record<string, unknown>) => {
  const machine = await aUsedMachine()
  const { file } = await pack(machine)
  machine.gateway.roster.setEntry('scout', { ...entryOf(machine, 'scout'), ...change })
  writeFileSync(join(machine.folder, 'workspace-scout', 'AGENTS.md'), 'other\n')
  return { machine, file }
}

test('a restore that is killed again and again goes on with --resume to its end', async () => {
  const { machine, file } = await aChangedMachine({ name: 'Changed' })
  const order = ['import', file, '--mode', 'exact_restore', '--yes', '--offline', '--json']
  expect((await run(machine, order, {}, /configuration …/)).code).toBeNull()
  expect((await run(machine, [...order, '--resume'], {}, /files …/)).code).toBeNull()
  const { code, stdout, stderr } = await run(machine, [...order, '--resume'])
  expect(code, stderr).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'restored', differences: [] })
  expect(entryOf(machine, 'scout').name).toBe('Scout')
  expect(readFileSync(join(machine.folder, 'workspace-scout', 'AGENTS.md'), 'utf8')).toContain('# scout')
  expect((await run(machine, [...order, '--resume'])).stderr).toContain('no restore that was interrupted')
}, 90_000)

test('without ClawButler it says how, and changes nothing', async () => {
  const { machine, file } = await aChangedMachine({ name: 'Changed' })
  const { code, stderr } = await run(machine, ['import', file, '--yes'])
  expect(code).toBe(3)
  expect(stderr).toContain('--offline')
  expect(readFileSync(join(machine.folder, 'workspace-scout', 'AGENTS.md'), 'utf8')).toBe('other\n')
}, 60_000)

/** ClawButler for one connector and one restore in the given state, which keeps whatever is stored. */
const aCloud = async (state: { now: string }, risk: string) => {
  const connector = {
    ...{ id: idOf('con', 1), name: 'laboratory', runtime: 'openclaw', state: 'online', version: null, platform: null },
    ...{ gateway: { connected: true, version: null, bootId: null, detail: null }, groups: ['read'], agents: 3 },
    ...{ health: 'healthy', healthCauses: [], healthSince: null, isFlapping: false, clockSkewMs: null },
    ...{ tokenHint: 'cbc', createdAt: at, connectedAt: null, lastSeenAt: null },
  }
  const answer = (body: unknown) => ({
    ...{ artifactId: null, sections: [], agents: [], summary: [], changes: 1 },
    ...(typeof body === 'object' ? body : {}),
    ...{ id: idOf('rst', 1), connectorId: connector.id, connectorName: 'laboratory', mode: 'replace_scope' },
    ...{ packageId: '', risk, planDigest: '', approvalId: idOf('apr', 1), state: state.now, step: null },
    ...{ requestedBy: { id: 'x', name: 'x' }, requestedAt: at, startedAt: null, endedAt: null, checkpointId: null },
    ...{ verified: null, applied: null, differences: null, detail: null },
  })
  const artifact = {
    ...{ id: idOf('art', 1), connectorId: connector.id, connectorName: 'laboratory', cause: 'checkpoint' },
    ...{ intent: 'backup', hasSecrets: true, packageId: null, size: 1, sha256: null, agents: 3, entries: 1 },
    ...{ missing: 0, madeAt: at, createdBy: { id: 'x', name: 'x' }, createdAt: at, storedAt: null, provenAt: null },
    ...{ failure: null, detail: null },
  }
  return anApi({
    'GET /connectors': () => [200, { items: [connector], nextCursor: null }],
    [`GET /restores/${idOf('rst', 1)}`]: () => [200, answer({})],
    [`POST /connectors/${connector.id}/artifacts`]: () => [201, { ...artifact, state: 'uploading' }],
    [`PUT /artifacts/${idOf('art', 1)}/content`]: () => [200, { ...artifact, state: 'stored' }],
    [`POST /connectors/${connector.id}/restores`]: ({ body }) => [state.now === 'waiting' ? 202 : 201, answer(body)],
    [`POST /connectors/${connector.id}/restores/${idOf('rst', 1)}/report`]: () => [200, answer({})],
  })
}
type Cloud = Awaited<ReturnType<typeof aCloud>>
const asked = (api: Cloud, end: string) => api.asked.filter(({ what }) => what.endsWith(end)).map(({ body }) => body)
const Report = z.looseObject({ state: z.string() })
const reports = (api: Cloud) =>
  asked(api, '/report').flatMap((body) => {
    const report = Report.parse(body)
    return ['progress', 'wrote'].includes(report.state) ? [] : [report]
  })

test('what is critical waits for an approval of its plan, and is told when it ended', async () => {
  const { machine, file } = await aChangedMachine({ tools: { exec: { mode: 'full' } } })
  const state = { now: 'waiting' }
  const api = await aCloud(state, 'critical')
  const order = ['import', file, '--mode', 'replace_scope', '--yes']
  const waiting = await run(machine, order, api.env)
  expect(waiting.stderr).toContain(idOf('apr', 1))
  expect(waiting.code).toBe(1)
  expect(entryOf(machine, 'scout').tools).toEqual({ exec: { mode: 'full' } })
  state.now = 'approved'
  const done = await run(machine, order, api.env)
  expect(done.code, done.stderr).toBe(0)
  expect(entryOf(machine, 'scout').tools).toEqual({ deny: ['browser'] })
  const announced = asked(api, '/restores')
  expect(announced).toHaveLength(2)
  // Asked again, it is the same plan.
  expect(announced[1]).toEqual(announced[0])
  expect(announced[0]).toMatchObject({ risk: 'critical', mode: 'replace_scope' })
  expect(JSON.stringify(api.asked)).not.toContain(apiKey)
  expect(asked(api, '/artifacts')).toMatchObject([{ cause: 'checkpoint', header: { intent: 'backup', secrets: true } }])
  expect(reports(api)).toMatchObject([
    { state: 'started', checkpointId: idOf('art', 1) },
    { state: 'finished', verified: true, differences: [] },
  ])
  const steps = asked(api, '/report').flatMap(
    (body) => z.looseObject({ step: z.string() }).safeParse(body).data?.step ?? [],
  )
  expect(steps).toEqual([...restoreSteps])
  const wrote = asked(api, '/report').flatMap((body) => (ReportRestore.parse(body).state === 'wrote' ? [body] : []))
  const digest = expect.stringMatching(/^[0-9a-f]{64}$/)
  expect(wrote).toEqual([
    { state: 'wrote', settings: [{ scope: 'agent_config', agent: 'scout', before: digest, after: digest }], files: [] },
    {
      state: 'wrote',
      settings: [],
      files: [
        { agent: 'scout', name: 'AGENTS.md', sha256: sha256(join(machine.folder, 'workspace-scout', 'AGENTS.md')) },
      ],
    },
  ])
}, 90_000)

test('what was told to have failed goes on as what it was, and its checkpoint is stored once', async () => {
  const { machine, file } = await aChangedMachine({ name: 'Changed' })
  const { allowlist } = machine.gateway
  const kept = allowlist.get()
  allowlist.set({ ...kept.file, defaults: { security: 'full' } }, kept.hash)
  const set = allowlist.set.bind(allowlist)
  allowlist.set = () => {
    throw new Refusal('INVALID_REQUEST', 'the disk is full')
  }
  const state = { now: 'approved' }
  const api = await aCloud(state, 'high')
  const order = ['import', file, '--mode', 'exact_restore', '--yes']
  const failed = await run(machine, order, api.env)
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('the disk is full')])
  allowlist.set = set
  state.now = 'failed'
  const resumed = await run(machine, [...order, '--resume'], api.env)
  expect(resumed.code, resumed.stderr).toBe(0)
  expect(allowlist.get().file).toMatchObject({ defaults: { security: 'allowlist' } })
  expect(asked(api, '/restores')).toHaveLength(1)
  expect(asked(api, '/artifacts')).toHaveLength(1)
  const checkpointId = idOf('art', 1)
  expect(reports(api)).toMatchObject([
    { state: 'started', checkpointId },
    { state: 'failed' },
    { state: 'started', checkpointId },
    { state: 'started', checkpointId },
    { state: 'finished' },
  ])
}, 90_000)
