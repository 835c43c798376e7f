import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { Miniflare, NoOpLog } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { adoptDatabase, databaseKey } from '../../cli/serve/adopt-database.ts'
import { queryDatabase } from '../../cli/serve/database.ts'
import { Answered, databaseName, type Query } from '../../durable-objects/database/contract.ts'
import { databaseOver } from '../../worker/platform/object-database.ts'

const source = resolve(import.meta.dirname, '../../durable-objects/database/database.ts')
const data = mkdtempSync(join(tmpdir(), 'clawbutler-database-'))
const running: Miniflare[] = []
let contents = ''

/** In the Worker's place: several transactions that come at once, as those of several requests do. */
const runAtOnce = `async (request, { DB }) => {
  const database = DB.get(DB.idFromName('${databaseName}'))
  const transactions = await request.json()
  return Response.json(await Promise.all(transactions.map((queries) => database.run(queries, { atWork: 3 }))))
}`

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { Database } from '${source}'; export default { fetch: ${runAtOnce} }`,
      resolveDir: data,
    },
    ...{ bundle: true, write: false, format: 'esm', target: 'es2024', platform: 'neutral', logLevel: 'silent' },
    ...{ mainFields: ['module', 'main'], conditions: ['import'], external: ['cloudflare:*', 'node:*'] },
    nodePaths: [resolve(import.meta.dirname, '../../node_modules')],
  })
  contents = outputFiles[0]?.text ?? ''
})
afterAll(async () => {
  for (const miniflare of running) await miniflare.dispose()
  rmSync(data, { recursive: true, force: true })
})

/** A runtime over the folder with either database under the name DB. */
const start = async (binding: 'd1' | 'object'): Promise<Miniflare> => {
  const object = { type: 'durable-object' as const, worker: 'test', exportName: 'Database' }
  const miniflare = new Miniflare({
    ...{ host: '127.0.0.1', port: 0, cf: false, telemetry: { enabled: false }, log: new NoOpLog() },
    resourcePersistencePath: data,
    workers: [
      {
        config: {
          ...{ name: 'test', compatibilityDate: '2026-08-01', compatibilityFlags: ['nodejs_compat'] },
          manifest: { mainModule: 'index.js', modulesRoot: data, modules: { 'index.js': { type: 'esm', contents } } },
          env: { DB: binding === 'd1' ? { type: 'd1', id: 'clawbutler' } : object },
          exports:
            binding === 'd1'
              ? {}
              : { Database: { type: 'durable-object', storage: 'sqlite', unsafeUniqueKey: databaseKey } },
        },
      },
    ],
  })
  running.push(miniflare)
  await miniflare.ready
  return miniflare
}

/** What a statement answers, or says against it; how long it took and how large the database is are left out. */
const toldBy = async (act: () => Promise<unknown>): Promise<unknown> => {
  try {
    return JSON.parse(
      JSON.stringify(await act(), (key, value: unknown) => {
        if (key === 'duration') return undefined
        if (key !== 'meta' || typeof value !== 'object' || value === null) return value
        const { changes, last_row_id, changed_db } = { changes: 0, last_row_id: 0, changed_db: false, ...value }
        return { changes, last_row_id, changed_db }
      }),
    )
  } catch (error) {
    return error instanceof Error ? { message: error.message, cause: String(error.cause) } : error
  }
}

const script: ((db: D1Database) => Promise<unknown>)[] = [
  (db) => db.exec('create table things (id integer primary key, name text unique, size real, flag integer) strict'),
  (db) => db.prepare('insert into things (name, size, flag) values (?, ?, ?)').bind('one', 1.5, true).run(),
  (db) => db.prepare('insert into things (name, flag) values (?, ?), (?, ?)').bind('two', null, '三 ', 0).run(),
  (db) => db.prepare('select * from things order by id').all(),
  (db) => db.prepare('select name, size from things order by id').raw(),
  (db) => db.prepare('select name, size from things order by id').raw({ columnNames: true }),
  (db) => db.prepare('select name from things where id = ?').bind(2).first('name'),
  (db) => db.prepare('select name from things where id = ?').bind(99).first(),
  // Two columns of one name are one.
  (db) => db.prepare('select a.name, b.name from things a, things b where a.id = 1 and b.id = 2').all(),
  (db) => db.prepare("update things set flag = 1 where name like 't%' returning id, name").all(),
  (db) => db.prepare('update things set flag = 2 where id = 99').run(),
  (db) => db.prepare("insert into things (name) values ('one')").run(),
  (db) => db.prepare('select * from nothing').all(),
  (db) => db.prepare('select ?').bind(undefined).all(),
  (db) => db.prepare('select ? as many, ? as precise').bind(9007199254740991, 0.1).all(),
  // All of it or nothing.
  (db) =>
    db.batch([
      db.prepare("insert into things (name) values ('four')"),
      db.prepare("insert into things (name) values ('one')"),
    ]),
  (db) => db.prepare('select count(*) as n from things').all(),
  // `changes()` looks at the statement before.
  (db) =>
    db.batch([
      db.prepare("update things set flag = 3 where name = 'one' and flag = 1"),
      db.prepare("insert into things (name) select 'landed' where changes() > 0"),
      db.prepare("update things set flag = 4 where name = 'one' and flag = 1"),
      db.prepare("insert into things (name) select 'not landed' where changes() > 0"),
      db.prepare('select name from things order by id'),
    ]),
  (db) => db.prepare("insert into things (name) values ('one') on conflict (name) do update set flag = 5").run(),
  (db) => db.prepare('delete from things where id in (select value from json_each(?))').bind('[1,2]').run(),
  (db) => db.prepare('delete from things').run(),
  (db) => db.prepare("insert into things (name) values ('kept')").run(),
]

describe('the database of one machine', () => {
  it('answers every statement as D1 does, faults included, and takes over what D1 has kept', async () => {
    const d1 = await start('d1')
    const theirs: unknown[] = []
    for (const step of script) theirs.push(await toldBy(async () => step(await d1.getD1Database('DB'))))
    await d1.dispose()
    adoptDatabase(data)
    const own = await start('object')
    const database = databaseOver(queryDatabase(own))
    expect((await database.prepare('select name from things').all()).results).toEqual([{ name: 'kept' }])
    await database.exec('drop table things')
    for (const [index, step] of script.entries())
      expect([index, await toldBy(() => step(database))]).toEqual([index, theirs[index]])
    await own.dispose()
  })

  it('keeps what it answered for when the runtime is killed, and is not replaced by an older one', async () => {
    const first = await start('object')
    const before = databaseOver(queryDatabase(first))
    await before.prepare("insert into things (name) values ('last')").run()
    await first.dispose()
    adoptDatabase(data)
    const again = databaseOver(queryDatabase(await start('object')))
    expect((await again.prepare('select name from things order by id').all()).results).toEqual([
      { name: 'kept' },
      { name: 'last' },
    ])
  })

  it('commits what comes at once together, and takes back only what breaks a constraint', async () => {
    const own = await start('object')
    const query = queryDatabase(own)
    const add = (name: string): Query => ({ sql: 'insert into pairs (name) values (?)', params: [name] })
    const atOnce = async (...transactions: Query[][]) => {
      const answer = await own.dispatchFetch('http://worker/', { method: 'POST', body: JSON.stringify(transactions) })
      return z.array(Answered).parse(await answer.json())
    }
    const behind: Query = { sql: "insert into pairs (name) select 'behind ' || ? where changes() > 0", params: ['one'] }
    const names: Query = { sql: 'select name from pairs order by name', params: [] }
    await query([{ sql: 'create table pairs (id integer primary key, name text unique not null)', params: [] }])

    const landed = await atOnce([add('one'), behind], [add('two')], [add('three'), add('four')])
    expect(landed.map((told) => told.ok && told.answers.map(({ changes }) => changes))).toEqual([[1, 1], [1], [1, 1]])
    const some = await atOnce([add('five'), add('one')], [add('six'), names], [add('two')], [add('seven')])
    expect(some.map(({ ok }) => ok)).toEqual([false, true, false, true])
    expect(some[0]).toMatchObject({ message: expect.stringContaining('UNIQUE constraint failed: pairs.name') })
    const everyone = ['behind one', 'four', 'one', 'seven', 'six', 'three', 'two']
    expect(await query([names])).toMatchObject({ answers: [{ rows: everyone.map((name) => [name]) }] })
    // A statement's own count is right behind transactions that were taken back.
    expect(await query([add('eight'), add('nine')])).toMatchObject({ answers: [{ changes: 1 }, { changes: 1 }] })
    await own.dispose()
    const again = await queryDatabase(await start('object'))([names])
    expect(again).toMatchObject({ answers: [{ rows: { length: everyone.length + 2 } }] })
  })
})
