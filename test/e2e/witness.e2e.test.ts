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
import { launchBrowser } from '../support/product/browser.ts'
import { type Client, ownerEnv, signIn, until } from '../support/product/client.ts'
import { runCommand } from '../support/product/command.ts'
import { commandLine, endOf, type Server, startServer } from '../support/product/server.ts'
import { aCosigner, checkCosignature } from '../tlog/witness/cosigning.ts'

/** The running product, cosigned by a witness of its own kind and by one that runs as a process. */

const hasGo = installGo(console.log)
const browser = await launchBrowser()
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
  await browser?.close()
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

describe.skipIf(!browser)('the page that verifies, taken home, with a policy of one’s own', () => {
  const open = async (locale = 'en-US') => {
    const context = await browser?.newContext({ locale, offline: true })
    const page = await context?.newPage()
    if (!context || !page) throw new Error('no browser')
    const faults: string[] = []
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    page.on('pageerror', (error) => faults.push(String(error)))
    const address = `file://${join(folder, 'verify.html')}`
    await page.goto(address)
    /** What it says of the export under this policy: its headline, or why it does not begin. */
    const judge = async (keys: string[], quorum: string): Promise<string> => {
      await page.fill('#keys', keys.join('\n'))
      await page.fill('#quorum', quorum)
      await page.setInputFiles('input[type=file]', [])
      await page.setInputFiles('input[type=file]', join(folder, 'offline.jsonl'))
      return (await page.locator('h2, [role=alert]').textContent()) ?? ''
    }
    return { context, page, faults, judge, again: () => page.goto(address) }
  }

  test('counts the witnesses that a person insists on, and keeps the policy where no server gets at it', async () => {
    writeFileSync(join(folder, 'verify.html'), await (await fetch(`${server.url}/verify.html`)).text())
    writeFileSync(join(folder, 'offline.jsonl'), await text('export'))
    const [first = '', second = ''] = vkeys
    const logKey = (await text('log/vkey')).trim()
    const { context, page, faults, judge, again } = await open()
    expect(await judge([logKey, first, second], '2')).toContain('Verified')
    const told = (await page.locator('dl').textContent()) ?? ''
    for (const vkey of vkeys) expect(told).toContain(vkey.split('+')[0])
    // Every witness that is named has to have cosigned where no number is given.
    expect(await judge([logKey, first, stranger], '')).toContain('does not verify')
    expect(await page.locator('table').textContent()).toContain('1 of 2 witnesses')
    expect(await judge([logKey, first, stranger], '1')).toContain('Verified')
    expect(await judge([logKey, stranger], '1')).toContain('does not verify')
    expect(await judge([logKey, first], '2')).toContain('1')
    expect(await page.locator('[role=alert]').count()).toBe(1)
    expect(await judge([logKey, 'no key'], '')).toContain('no key')
    // What was insisted on last stands there again; what was refused was not kept.
    await again()
    expect([await page.inputValue('#keys'), await page.inputValue('#quorum')]).toEqual([`${logKey}\n${stranger}`, '1'])
    expect(await context.cookies()).toEqual([])
    expect(faults).toEqual([])
    await context.close()
  })

  test('says it in Chinese too', async () => {
    const [first = ''] = vkeys
    const { context, page, judge } = await open('zh-CN')
    expect(await judge([first, stranger], '')).toContain('未通过')
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await context.close()
  })
})
