import { count, eq, getTableColumns, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { expect, test } from 'vitest'
import { mapFaster } from '../../worker/platform/map-rows.ts'
import { databaseOver } from '../../worker/platform/object-database.ts'

const people = sqliteTable('people', {
  id: text('id').primaryKey(),
  tags: text('tags', { mode: 'json' }).$type<string[]>().notNull(),
  isDefault: integer('is_default', { mode: 'boolean' }).notNull(),
  bornAt: integer('born_at', { mode: 'timestamp_ms' }),
  ownerId: text('owner_id'),
})
const owners = sqliteTable('owners', { id: text('id').primaryKey(), name: text('name'), at: integer('at') })

/** A database that answers these rows to whatever it is asked. */
const answering = (rows: (string | number | null)[][]) => {
  const answer = { columns: rows[0]?.map(String) ?? [], rows, changes: 0, lastRowId: 0, rowsRead: 0, rowsWritten: 0 }
  return drizzle(databaseOver(async () => ({ ok: true, answers: [answer] })))
}

type Db = ReturnType<typeof answering>
interface Asked {
  prepare: () => { execute: () => Promise<unknown> }
}

const ada = ['p1', '["a"]', 1, 0, 'o1'] as const
const bob = ['p2', '[]', 0, null, null] as const

/** What drizzle makes of the rows is what is asked of us. */
test.each<[string, (db: Db) => Asked, (string | number | null)[][]]>([
  ['all columns of a table', (db) => db.select().from(people), [[...ada], [...bob]]],
  ['no rows', (db) => db.select().from(people), []],
  [
    'a table of an outer join that may have no row',
    (db) => db.select().from(people).leftJoin(owners, eq(owners.id, people.ownerId)),
    [
      [...ada, 'o1', null, 3],
      [...bob, null, null, null],
    ],
  ],
  [
    'a table of an inner join',
    (db) => db.select().from(people).innerJoin(owners, eq(owners.id, people.ownerId)),
    [[...ada, null, null, 1]],
  ],
  [
    'columns, expressions and objects of one table and of two',
    (db) =>
      db
        .select({
          ...getTableColumns(people),
          named: sql<string>`coalesce(${owners.name}, '')`.as('named'),
          times: sql`${owners.at}`.mapWith(Number),
          many: count(),
          owner: { name: owners.name, at: owners.at },
          mixed: { name: owners.name, tags: people.tags },
          told: { upper: sql<string>`upper(${owners.name})`, name: owners.name },
        })
        .from(people)
        .leftJoin(owners, eq(owners.id, people.ownerId)),
    [
      [...ada, 'Ann', '7', 2, 'Ann', 7, 'Ann', '["x"]', 'ANN', 'Ann'],
      [...ada, 'Ann', '7', 2, null, 7, null, 'null', null, null],
      [...bob, '', null, 0, null, null, null, '[]', null, null],
    ],
  ],
])('%s', async (_, ask, rows) => {
  const theirs = ask(answering(rows)).prepare()
  const ours = ask(answering(rows)).prepare()
  mapFaster(ours)
  expect(Reflect.get(theirs, 'customResultMapper')).toBeUndefined()
  expect(Reflect.get(ours, 'customResultMapper')).toBeTypeOf('function')
  expect(await ours.execute()).toStrictEqual(await theirs.execute())
})

test('a write has no rows, and is left to drizzle', () => {
  const write = answering([]).update(owners).set({ name: 'Ann' }).prepare()
  mapFaster(write)
  expect(Reflect.get(write, 'customResultMapper')).toBeUndefined()
})
