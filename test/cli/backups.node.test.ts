import { createHash } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { verifyPackage } from '../../cbpkg/read.ts'
import { collect } from '../../cli/artifacts/collect/collect.ts'
import { packInto } from '../../cli/artifacts/write-file.ts'
import { resolveConnector } from '../../cli/commands/connector-options.ts'
import { Backups } from '../../cli/connector/backups/backups.ts'
import { PackageStore } from '../../cli/connector/backups/cloud.ts'
import { backupFailureOf } from '../../cli/connector/backups/failure-of.ts'
import { BackupFolder } from '../../cli/connector/backups/folder.ts'
import { openGateway } from '../../cli/plugin/at-gateway.ts'
import { BeginOrdered } from '../../worker/features/artifacts/contract.ts'
import { Problem } from '../../worker/platform/contract.ts'
import { aUsedMachine } from './artifacts/world.ts'
import { aConnector, aFolder, aGateway, aCloud as aLinkCloud, until } from './world.ts'

const artifactId = 'art_01m7zgw44meg08djgfp9x4k24k'
const passphrase = 'nine lives of a careful cat'

/** The cloud's side of it: an announcement is one for its order, and bytes are those that were announced. */
const aCloud = async () => {
  const heard: string[] = []
  const kept = { announced: null as BeginOrdered | null, file: null as Buffer | null }
  /** Called before each answer; true breaks the connection off. */
  const fault = { breaks: (_: string): boolean => false }
  const server = createServer(async (request, response) => {
    const what = `${request.method} ${request.url}`
    heard.push(what)
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    if (fault.breaks(what)) return request.socket.destroy()
    const body = Buffer.concat(parts)
    const refuse = (status: number) => {
      const problem = { type: '', title: 'no', status, code: 'conflict', detail: 'Not so.', requestId: 'r' } as const
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(Problem.parse(problem)))
    }
    if (request.headers.authorization !== 'Bearer cbc_token') return refuse(401)
    if (request.method === 'POST') {
      const announced = BeginOrdered.parse(JSON.parse(body.toString()))
      if (kept.announced && kept.announced.sha256 !== announced.sha256) return refuse(409)
      kept.announced = announced
      return response.writeHead(201).end('{}')
    }
    if (request.method === 'PUT') {
      if (createHash('sha256').update(body).digest('hex') !== kept.announced?.sha256) return refuse(422)
      if (Number(request.headers['content-length']) !== kept.announced.size) return refuse(422)
      kept.file = body
      return response.writeHead(200).end('{}')
    }
    return kept.file ? response.writeHead(200).end(kept.file) : refuse(404)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, heard, kept, fault }
}

const aWorld = async () => {
  const cloud = await aCloud()
  const machine = await aUsedMachine()
  const session = await openGateway(machine.place)
  onTestFinished(() => session.close('Done.'))
  const passphraseFile = join(machine.folder, 'passphrase')
  writeFileSync(passphraseFile, `${passphrase}\n`)
  const { stateDir } = machine.place
  const backups = () =>
    new Backups({
      stateDir,
      passphraseFile,
      store: new PackageStore({ server: cloud.url, token: 'cbc_token' }),
      say: () => undefined,
    })
  return { cloud, session, backups, passphraseFile, stateDir, folder: join(stateDir, 'backups') }
}

test('a gateway is saved under the passphrase in the file, uploaded, and proven by reading it to its end', async () => {
  const { cloud, session, backups, folder } = await aWorld()
  const connector = backups()
  await connector.make(session, { artifactId })
  const { announced, file } = cloud.kept
  expect(announced).toMatchObject({ artifactId, header: { intent: 'backup', secrets: true } })
  const opened = await verifyPackage(new Blob([new Uint8Array(file ?? [])]).stream(), passphrase)
  expect(opened.manifest).toEqual(announced?.manifest)
  expect(opened.manifest.agents.map(({ id }) => id).sort()).toEqual(['clerk', 'main', 'scout'])
  expect(JSON.stringify(cloud.heard) + JSON.stringify(announced)).not.toContain(passphrase)
  expect(readdirSync(folder)).toEqual([])
  const proof = await connector.prove({ artifactId })
  expect(proof).toMatchObject({ outcome: 'passed', entries: opened.totals.entries, bytes: opened.totals.bytes })
})

test('killed between making and uploading, the file that was made is uploaded, and no other is made', async () => {
  const { cloud, session, backups, stateDir, folder } = await aWorld()
  const left = new BackupFolder(stateDir)
  await left.open(Date.now())
  const whole = { sections: null, agents: null }
  const written = await packInto(left.fileOf(artifactId), await collect(session, 'backup', whole), passphrase)
  const finished = await left.finish(artifactId, written)
  let breaks = 2
  cloud.fault.breaks = (what) => what.startsWith('PUT') && breaks-- > 0
  await backups().make(session, { artifactId })
  expect([cloud.kept.announced, cloud.kept.file?.length]).toEqual([finished, finished.size])
  expect(readdirSync(folder)).toEqual([])
})

test('damage and another passphrase are answers; a file that is gone, and an order that is over, are failures', async () => {
  const { cloud, session, backups, passphraseFile, folder } = await aWorld()
  const connector = backups()
  await connector.make(session, { artifactId })
  writeFileSync(passphraseFile, 'some other passphrase\n')
  expect(await connector.prove({ artifactId })).toMatchObject({ outcome: 'failed', kind: 'wrong_passphrase' })
  writeFileSync(passphraseFile, passphrase)
  const whole = cloud.kept.file ?? Buffer.alloc(0)
  cloud.kept.file = whole.subarray(0, -1)
  expect(await connector.prove({ artifactId })).toMatchObject({ outcome: 'failed', kind: 'truncated' })
  const why = async (act: Promise<unknown>) =>
    backupFailureOf(
      await act.then(
        () => null,
        (error: unknown) => error,
      ),
    ).failure
  // Another file for the same order.
  expect(await why(connector.make(session, { artifactId }))).toBe('stale')
  expect(readdirSync(folder)).toEqual([])
  cloud.kept.file = null
  expect(await why(connector.prove({ artifactId }))).toBe('not_found')
  writeFileSync(passphraseFile, 'short')
  expect(await why(connector.make(session, { artifactId }))).toBe('invalid')
  rmSync(passphraseFile)
  expect(await why(connector.prove({ artifactId }))).toBe('invalid')
})

test('a connector without a passphrase file refuses, and giving the file is the choice', async () => {
  const gateway = await aGateway()
  const cloud = await aLinkCloud()
  await aConnector({ server: cloud.url, gateway: gateway.url, groups: ['read', 'backup'] })
  await until('a link', () => cloud.hellos.length > 0)
  const deadline = new Date(Date.now() + 60_000).toISOString()
  cloud.sendCommand({ id: 'prv_1', command: 'backup.prove', params: { artifactId }, deadline })
  expect(await until('an answer', () => cloud.results[0])).toMatchObject({ ok: false, failure: 'read_only' })
  const given = { server: 'http://localhost:1', token: 't', state: await aFolder() }
  const resolved = (more: object) => resolveConnector({ ...given, ...more }, {})
  expect((await resolved({ backupPassphraseFile: '/x' })).groups).toContain('backup')
  expect((await resolved({})).groups).not.toContain('backup')
  expect(await resolved({ backupPassphraseFile: '/x', readOnly: true })).toMatchObject({
    groups: ['read'],
    backupPassphraseFile: null,
  })
  await expect(resolved({ groups: 'read,backup' })).rejects.toThrow('--backup-passphrase-file')
})
