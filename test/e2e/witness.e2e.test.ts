import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { formatVerifierKey } from '../../tlog/note.ts'
import { parseProofFile } from '../../tlog/proof-file.ts'
import { Witness, Witnesses } from '../../worker/features/audit/witnesses/contract.ts'
import { OwnWitness, WitnessedLog } from '../../worker/features/witness/contract.ts'
import { installGo, runGo } from '../support/go.ts'
import { type Client, ownerEnv, signIn, until } from '../support/product/client.ts'
import { runCommand } from '../support/product/command.ts'
import { commandLine, endOf, type Server, startServer } from '../support/product/server.ts'
import { aCosigner, checkCosignature } from '../tlog/witness/cosigning.ts'

/** The running product, cosigned by a witness of its own kind and by one that runs as a process. */

const hasGo = installGo(console.log)
const stranger = formatVerifierKey(aCosigner('w.example/stranger').key)
const folder = mkdtempSync(join(tmpdir(), 'witness-e2e-'))

let server: Server
let client: Client
let witness: ChildProcess
let vkeys: string[]

const text = async (path: string): Promise<string> => {
  const answer = await fetch(`${server.url}/api/v1/audit/${path}`, {
    headers: { authorization: await client.authorization() },
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return answer.text()
}

const startWitness = async (logKey: string): Promise<{ url: string; vkey: string }> => {
  const args = ['audit', 'witness', '--state', join(folder, 'state'), '--log', logKey, '--listen', '127.0.0.1:0']
  witness = spawn(process.execPath, [commandLine, ...args], { env: { PATH: process.env.PATH, HOME: folder } })
  const said = { out: '', err: '' }
  witness.stdout?.on('data', (chunk: Buffer) => {
    said.out += chunk
  })
  witness.stderr?.on('data', (chunk: Buffer) => {
    said.err += chunk
  })
  const url = await until('the witness listens', async () => /listening on (\S+)/.exec(said.err)?.[1])
  return { url, vkey: said.out.trim() }
}

beforeAll(async () => {
  server = await startServer({ env: { ...ownerEnv, CLAWBUTLER_OUTBOUND_PRIVATE: 'allow' } })
  client = await signIn(server.url)
  const logKey = (await text('log/vkey')).trim()
  const process = await startWitness(logKey)
  const own = await client.get(OwnWitness, '/audit/witness')
  await client.post(WitnessedLog, '/audit/witness/logs', { vkeys: [logKey] })
  await client.post(Witness, '/audit/witnesses', { name: 'A process', ...process })
  await client.post(Witness, '/audit/witnesses', { name: 'Ourselves', url: own.url, vkey: own.vkey })
  vkeys = [process.vkey, own.vkey]
  for (let n = 0; n < 5; n += 1)
    await client.post(z.unknown(), '/api-keys', { name: `key ${n}`, scopes: ['agents.read'], expiresInDays: 1 })
  const answer = await fetch(`${server.url}/api/v1/audit/witnesses/policy`, {
    method: 'PUT',
    headers: { authorization: await client.authorization(), 'content-type': 'application/json' },
    body: JSON.stringify({ quorum: 2 }),
  })
  expect(answer.status).toBe(200)
})

afterAll(async () => {
  if (witness) await endOf(witness)
  await server.stop()
})

test('both cosign the newest checkpoint by themselves', async () => {
  const list = await until('all is witnessed', async () => {
    const found = await client.get(Witnesses, '/audit/witnesses')
    return found.witnessedSize === found.size && found.size >= 8 && found
  })
  expect(list.items.map(({ state, lag, fault }) => [state, lag, fault])).toEqual([
    ['current', 0, null],
    ['current', 0, null],
  ])
  const note = await text('log/checkpoint?witnessed=true')
  const lines = note
    .slice(note.lastIndexOf('\n\n') + 2)
    .trimEnd()
    .split('\n')
  for (const vkey of vkeys) {
    const line = lines.find((each) => each.startsWith(`— ${vkey.split('+')[0]} `)) ?? ''
    expect(Math.abs(checkCosignature(note, line, vkey) - Date.now() / 1000)).toBeLessThan(300)
  }
})

describe.skipIf(!hasGo)('golang.org/x/mod/sumdb/note with a verifier of key type 4', () => {
  test('accepts the cosigned checkpoint and the evidence, and refuses what was altered', async () => {
    const note = await text('log/checkpoint?witnessed=true')
    const evidence = parseProofFile(await text('events/2/evidence'))?.checkpoint ?? ''
    const logKeys = (await text('log/vkey')).trim().split('\n')
    const [, size = ''] = note.split('\n')
    const honest = { Note: note, LogKeys: logKeys, Witnesses: vkeys }
    const asked = [
      honest,
      { ...honest, Note: evidence },
      { ...honest, Note: note.replace(`\n${size}\n`, `\n${Number(size) + 1}\n`) },
      { ...honest, Witnesses: [...vkeys, stranger] },
      { ...honest, Note: note.slice(0, note.trimEnd().lastIndexOf('\n') + 1) },
    ]
    const verdicts = await runGo(join(import.meta.dirname, '../tlog/witness/judge/main.go'), JSON.stringify(asked))
    expect(verdicts.slice(0, 2)).toEqual(['ok', 'ok'])
    expect(verdicts).toHaveLength(asked.length)
    expect(verdicts.slice(2)).not.toContain('ok')
  })
})

test('an export is verified against its witnesses on the command line, and not against others', async () => {
  const file = join(folder, 'audit.jsonl')
  writeFileSync(file, await text('export'))
  const verify = (...args: string[]) => runCommand(['audit', 'verify', file, ...args, '--json'], { HOME: folder })
  const both = await verify('--witness', ...vkeys, '--quorum', '2')
  expect([both.code, JSON.parse(both.stdout).witnessed.by.length]).toEqual([0, 2])
  const [first = ''] = vkeys
  const missing = await verify('--witness', first, stranger)
  expect([missing.code, JSON.parse(missing.stdout).faults[0].kind]).toEqual([1, 'witness'])
  expect((await verify('--witness', first, stranger, '--quorum', '1')).code).toBe(0)
  expect((await verify('--witness', first, '--quorum', '2')).code).not.toBe(0)
})
