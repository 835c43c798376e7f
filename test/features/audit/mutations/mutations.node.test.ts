import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { auditEvents } from '../../../../worker/features/audit/contract.ts'
import { alarmsWrite, everyMinuteWrites, objectsWrite } from './background.ts'
import { type Mutation, mutations } from './table.ts'

const all = { ...mutations, ...everyMinuteWrites, ...alarmsWrite, ...Object.assign({}, ...Object.values(objectsWrite)) }
const elsewhere = Object.entries<Mutation>(all).flatMap(([what, entry]) =>
  'events' in entry && entry.proof !== 'driven' ? [{ what, events: entry.events, ...entry.proof }] : [],
)

const tests = join(import.meta.dirname, '../../..')

describe('is proven by a test that is there and looks at its events', () => {
  test.each(elsewhere)('$what', ({ file, test: name, events }) => {
    const text = readFileSync(join(tests, file), 'utf8')
    const begin = text.indexOf(`test('${name}'`)
    expect(begin, `${file} has no test of this name`).toBeGreaterThan(0)
    const [body = ''] = text.slice(begin).split(/\n\s*test\('/)
    for (const event of events) expect(body).toContain(event)
  })
})

test('whatever writes nothing says why in words', () => {
  for (const entry of Object.values<Mutation>(all)) if ('none' in entry) expect(entry.none.length).toBeGreaterThan(20)
})

test('the table names events of the closed list', () => {
  for (const entry of Object.values<Mutation>(all))
    if ('events' in entry) for (const event of entry.events) expect(auditEvents).toHaveProperty([event])
})

describe('is a closed list', () => {
  test('of what happens each minute', () => {
    const verbs = /everyMinute[^{]*\{([^}]*)\}/.exec(readFileSync(join(tests, '../worker/cron.ts'), 'utf8'))?.[1] ?? ''
    expect(Object.keys(everyMinuteWrites)).toEqual(verbs.replaceAll(/\/\/.*/g, '').match(/\w+/g))
  })

  test('of what each object does for its callers', () => {
    const objects = join(tests, '../durable-objects')
    const contracts = readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('rpc.ts'),
    )
    expect(Object.keys(objectsWrite).sort()).toEqual(contracts.sort())
    for (const path of contracts) {
      const methods = [...readFileSync(join(objects, path), 'utf8').matchAll(/^ {2}(\w+)\(/gm)].map(([, name]) => name)
      expect(Object.keys(objectsWrite[path] ?? {}).sort(), path).toEqual(methods.sort())
    }
  })
})
