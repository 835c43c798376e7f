import { spawn } from 'node:child_process'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { EventDraft } from '../../cli/journal/draft.ts'
import { Journal } from '../../cli/journal/journal.ts'
import { lockStateFolder, StateFolderBusy } from '../../cli/state/lock.ts'
import { aFolder, until } from './world.ts'

const aDraft = (name: string | number): EventDraft => ({
  type: 'run.started',
  key: `run.started:${name}`,
  at: new Date().toISOString(),
  payload: { agent: 'main', sessionKey: '', runId: String(name) },
})

async function aJournal(folder: string, options: { bytesMax?: number } = {}) {
  const told: string[] = []
  const journal = await Journal.open(folder, {
    bytesMax: options.bytesMax ?? 64 * 1024 * 1024,
    onFull: () => told.push('full'),
    onRoom: () => told.push('room'),
    retryMs: 20,
  })
  onTestFinished(() => journal.close())
  return { journal, told }
}

async function all(journal: Journal) {
  const events = []
  for (let n = journal.firstUnacknowledged; n < journal.next; ) {
    const some = await journal.read(n, 100, 256 * 1024)
    events.push(...some)
    n += some.length
  }
  return events
}

const segments = async (folder: string) => (await readdir(folder)).filter((name) => name.endsWith('.log')).sort()

test('events are numbered without a gap, survive a restart, and keep their journal id', async () => {
  const folder = await aFolder()
  const first = await aJournal(folder)
  await Promise.all(Array.from({ length: 500 }, (_, index) => first.journal.append(aDraft(index))))
  const { id } = first.journal
  await first.journal.close()
  const { journal } = await aJournal(folder)
  await journal.append(aDraft('after'))
  expect(journal.id).toBe(id)
  expect((await all(journal)).map(({ n }) => n)).toEqual(Array.from({ length: 501 }, (_, index) => index + 1))
})

test('a torn tail is cut off and the next event takes its number', async () => {
  const folder = await aFolder()
  const first = await aJournal(folder)
  for (const name of ['a', 'b']) await first.journal.append(aDraft(name))
  await first.journal.close()
  const [segment = ''] = await segments(folder)
  await appendFile(join(folder, segment), '0badc0de {"n":3,"key":"run.sta')
  const { journal } = await aJournal(folder)
  await journal.append(aDraft('c'))
  expect((await all(journal)).map(({ n, key }) => [n, key])).toEqual([
    [1, 'run.started:a'],
    [2, 'run.started:b'],
    [3, 'run.started:c'],
  ])
})

test('damage in the middle loses only what was damaged, under a new journal id, and is told', async () => {
  const folder = await aFolder()
  const first = await aJournal(folder)
  for (const name of ['a', 'b', 'c']) await first.journal.append(aDraft(name))
  const { id } = first.journal
  await first.journal.close()
  const [segment = ''] = await segments(folder)
  const path = join(folder, segment)
  await writeFile(path, (await readFile(path, 'utf8')).replace('run.started:b', 'run.started:X'))
  const { journal } = await aJournal(folder)
  expect(journal.id).not.toBe(id)
  expect((await all(journal)).map(({ n, key, type }) => (type === 'gateway.fault' ? type : [n, key]))).toEqual([
    [1, 'run.started:a'],
    [2, 'run.started:c'],
    'gateway.fault',
  ])
})

test('only acknowledged segments are deleted, and a number is never given twice', async () => {
  const folder = await aFolder()
  const first = await aJournal(folder, { bytesMax: 64 * 1024 })
  for (let index = 0; index < 150; index++) await first.journal.append(aDraft(index))
  const before = await segments(folder)
  expect(before.length).toBeGreaterThan(2)
  await first.journal.acknowledge(75)
  expect((await segments(folder)).length).toBeLessThan(before.length)
  expect((await all(first.journal)).map(({ n }) => n)[0]).toBe(76)
  await first.journal.acknowledge(150)
  await first.journal.close()
  const { journal } = await aJournal(folder, { bytesMax: 64 * 1024 })
  expect([journal.firstUnacknowledged, journal.next]).toEqual([151, 151])
})

test('a full journal waits, keeps every old event, and says so once there is room', async () => {
  const folder = await aFolder()
  const { journal, told } = await aJournal(folder, { bytesMax: 8 * 1024 })
  const appended = Promise.all(Array.from({ length: 120 }, (_, index) => journal.append(aDraft(index))))
  await until('full', () => told.includes('full'))
  expect((await all(journal)).map(({ n }) => n)[0]).toBe(1)
  const seen: string[] = []
  await until('all told', async () => {
    for (const event of await all(journal)) seen.push(event.type === 'run.started' ? event.payload.runId : event.type)
    await journal.acknowledge(journal.next - 1)
    return seen.length >= 121 && journal.full === null
  })
  await appended
  expect(told).toEqual(expect.arrayContaining(['full', 'room']))
  expect(seen.filter((name) => name !== 'connector.journal-full')).toEqual(
    Array.from({ length: 120 }, (_, index) => String(index)),
  )
  expect(seen).toContain('connector.journal-full')
})

test('what was told lately is not told again, and an event without identity is named after its position', async () => {
  const { journal } = await aJournal(await aFolder())
  await journal.append(aDraft('same'))
  await journal.append(aDraft('same'))
  const payload = { fault: 'test', detail: '', count: 1 }
  await journal.append({ type: 'gateway.fault', key: null, at: new Date().toISOString(), payload })
  expect((await all(journal)).map(({ key }) => key)).toEqual(['run.started:same', `gateway.fault:${journal.id}:2`])
})

test('an acknowledgement of numbers that were never given begins a new journal and loses nothing', async () => {
  const { journal } = await aJournal(await aFolder())
  for (const name of ['a', 'b']) await journal.append(aDraft(name))
  const { id } = journal
  await journal.acknowledge(1)
  await journal.acknowledge(99)
  expect(journal.id).not.toBe(id)
  expect((await all(journal)).map(({ key }) => key)[0]).toBe('run.started:b')
})

test('after kill -9 everything that was promised is there, in order, without a gap', async () => {
  const folder = await aFolder()
  const child = spawn(process.execPath, [join(import.meta.dirname, 'journal-writer.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let promised = 0
  child.stdout.on('data', (data: Buffer) => {
    promised = Number(data.toString().trim().split('\n').at(-1))
  })
  await until('some events', () => promised > 300)
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
  const { journal } = await aJournal(folder)
  const events = await all(journal)
  expect(events.length).toBeGreaterThanOrEqual(promised)
  expect(events.map(({ n }) => n)).toEqual(events.map((_, index) => index + 1))
  expect(events.map((event) => event.type === 'run.started' && event.payload.runId)).toEqual(
    events.map((_, index) => String(index + 1)),
  )
})

test('one process for each state folder; the lock of a process that is gone is taken over', async () => {
  const folder = await aFolder()
  await writeFile(join(folder, 'lock'), '999999999 never\n')
  const unlock = await lockStateFolder(folder)
  await expect(lockStateFolder(folder)).rejects.toThrow(StateFolderBusy)
  await unlock()
  await (await lockStateFolder(folder))()
})

test('what is told twice is promised only when the first telling is on disk', async () => {
  const { journal } = await aJournal(await aFolder())
  const first = journal.append(aDraft('twice'))
  const second = journal.append(aDraft('twice'))
  expect(second).toBe(first)
  await second
  expect((await all(journal)).map((event) => event.key)).toEqual(['run.started:twice'])
})
