import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { formatVerifierKey } from '../../tlog/note.ts'
import { formatAddCheckpoint } from '../../tlog/witness/add-checkpoint.ts'
import { bareEnvironment } from '../support/product/command.ts'
import { aLog, checkCosignature, treeOf } from '../tlog/witness/cosigning.ts'
import { aFolder, until } from './world.ts'

const bin = join(import.meta.dirname, '../../cli/bin.mjs')
type Log = ReturnType<typeof aLog>

/** `clawbutler audit witness` on a port of its own. */
const aProcess = async (folder: string, log: Log, more: string[] = []) => {
  const args = ['audit', 'witness', '--state', folder, '--log', formatVerifierKey(log.key), '--listen', '127.0.0.1:0']
  const child = spawn(process.execPath, [bin, ...args, ...more], { env: { ...bareEnvironment, HOME: folder } })
  const said = { out: '', err: '', code: undefined as number | null | undefined }
  child.stdout.on('data', (data: Buffer) => {
    said.out += data
  })
  child.stderr.on('data', (data: Buffer) => {
    said.err += data
  })
  const ended = new Promise<void>((resolve) => {
    child.once('close', (code) => {
      said.code = code
      resolve()
    })
  })
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  onTestFinished(() => end('SIGKILL'))
  await until('it listens', () => /listening on (\S+)/.test(said.err) || said.code !== undefined)
  const url = /listening on (\S+)/.exec(said.err)?.[1] ?? ''
  const raw = (body: string) => fetch(`${url}/add-checkpoint`, { method: 'POST', body })
  const submit = (oldSize: number, size: number, tree: Pick<Log, 'proof' | 'checkpoint'> = log) =>
    raw(formatAddCheckpoint({ oldSize, proof: tree.proof(oldSize, size), checkpoint: tree.checkpoint(size) }))
  return { said, url, raw, submit, end, vkey: said.out.trim() }
}
const sizeOf = async (answer: Response) => Number(await answer.text())

test('prints its key, and cosigns a log that grows as the specification says', async () => {
  const [folder, log] = [await aFolder(), aLog('grows.example/log')]
  const witness = await aProcess(folder, log, ['--name', 'witness.example/w1'])
  expect(witness.vkey).toMatch(/^witness\.example\/w1\+[0-9a-f]{8}\+/)
  expect(await (await fetch(`${witness.url}/vkey`)).text()).toBe(`${witness.vkey}\n`)
  for (const [from, to] of [
    [0, 5],
    [5, 5],
    [5, 300],
  ] as const) {
    const answer = await witness.submit(from, to)
    expect(answer.status).toBe(200)
    checkCosignature(log.checkpoint(to), await answer.text(), witness.vkey)
  }
  const shown = await fetch(`${witness.url}/${createHash('sha256').update(log.origin).digest('hex')}/checkpoint`)
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
  const note = await shown.text()
  expect(note.startsWith(log.checkpoint(300))).toBe(true)
  checkCosignature(log.checkpoint(300), note.slice(log.checkpoint(300).length), witness.vkey)
  const nobodys = createHash('sha256').update('nobody').digest('hex')
  expect((await fetch(`${witness.url}/${nobodys}/checkpoint`)).status).toBe(404)
  const conflict = await witness.submit(5, 300)
  expect([conflict.status, conflict.headers.get('content-type'), await conflict.text()]).toEqual([
    409,
    'text/x.tlog.size',
    '300\n',
  ])
  const other = treeOf(log.origin, log.sign, 2)
  expect((await witness.submit(300, 301, other)).status).toBe(422)
  expect((await witness.submit(300, 300, other)).status).toBe(422)
  expect((await witness.submit(0, 5, aLog(log.origin))).status).toBe(403)
  expect((await witness.submit(0, 5, aLog('other.example'))).status).toBe(404)
  expect((await witness.raw('hello')).status).toBe(400)
  expect((await witness.raw('x'.repeat(200_000))).status).toBe(413)
  expect((await fetch(`${witness.url}/else`)).status).toBe(404)
  for (const file of await readdir(folder))
    if (file.endsWith('.json')) expect([file, (await stat(join(folder, file))).mode & 0o777]).toEqual([file, 0o600])
})

test('is the same witness after it was stopped, and the only one of its folder', async () => {
  const [folder, log] = [await aFolder(), aLog('again.example/log')]
  const first = await aProcess(folder, log)
  expect((await first.submit(0, 7)).status).toBe(200)
  const second = await aProcess(folder, log)
  expect(second.said.code).not.toBe(0)
  expect(second.said.err).toContain('already works on')
  await first.end('SIGTERM')
  expect(first.said.code).toBe(0)
  const third = await aProcess(folder, log)
  expect(third.vkey).toBe(first.vkey)
  expect(await sizeOf(await third.submit(0, 3))).toBe(7)
  await third.end('SIGTERM')
  const renamed = await aProcess(folder, log, ['--name', 'else.example'])
  expect(renamed.said.code).not.toBe(0)
})

test('does not begin anew on what is damaged', async () => {
  const [folder, log] = [await aFolder(), aLog('damaged.example/log')]
  const witness = await aProcess(folder, log)
  expect((await witness.submit(0, 7)).status).toBe(200)
  const file = (await readdir(folder)).find((name) => name.startsWith('log-')) ?? ''
  const kept = await readFile(join(folder, file), 'utf8')
  for (const damage of ['', '{}', kept.slice(0, -3), kept.replace(log.origin, 'x')]) {
    await writeFile(join(folder, file), damage)
    expect((await witness.submit(0, 3)).status).toBe(500)
  }
  await writeFile(join(folder, file), kept)
  expect((await witness.submit(7, 8)).status).toBe(200)
})

describe('killed at any moment', () => {
  test('never cosigns less than it has cosigned', { timeout: 120_000 }, async () => {
    const [folder, log] = [await aFolder(), aLog('killed.example/log')]
    let acknowledged = 0
    let known = 0
    let killedAtWork = 0
    for (let round = 0; round < 10; round++) {
      const witness = await aProcess(folder, log)
      // The one that was on its way when it was killed may have been stored: it has `known` or one more, never this.
      const now = await sizeOf(await witness.submit(known + 2, known + 2))
      expect(now).toBeGreaterThanOrEqual(acknowledged)
      known = now
      let killing: Promise<void> | null = null
      const kill = () =>
        new Promise<void>((resolve) => {
          setTimeout(() => witness.end('SIGKILL').then(resolve), Math.random() * 12)
        })
      // Counted in what was cosigned, so that it falls into the work on a slow machine too.
      const killBehind = acknowledged + (round % 4)
      for (let size = known + 1; ; size += 1) {
        if (acknowledged >= killBehind) killing ??= kill()
        const answer = await witness.submit(known, size).catch(() => null)
        const signed = answer && (await answer.text().catch(() => null))
        if (!answer || signed === null) break
        expect(answer.status).toBe(200)
        checkCosignature(log.checkpoint(size), signed, witness.vkey)
        acknowledged = known = size
        killedAtWork += 1
      }
      await killing
    }
    expect(killedAtWork).toBeGreaterThan(0)
    const last = await aProcess(folder, log)
    const kept = await sizeOf(await last.submit(0, 1))
    expect(kept).toBeGreaterThanOrEqual(acknowledged)
    for (let size = 1; size < kept; size += 1) expect((await last.submit(0, size)).status).toBe(409)
    expect((await last.submit(kept, kept + 1)).status).toBe(200)
  })
})
