import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { auditEvents } from '../../../../worker/features/audit/contract.ts'
import { mutations } from './table.ts'

const elsewhere = Object.entries(mutations).flatMap(([route, entry]) =>
  'events' in entry && entry.proof !== 'driven' ? [{ route, events: entry.events, ...entry.proof }] : [],
)

describe('is proven by a test that is there and looks at its events', () => {
  test.each(elsewhere)('$route', ({ file, test: name, events }) => {
    const text = readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')
    const begin = text.indexOf(`test('${name}'`)
    expect(begin, `${file} has no test of this name`).toBeGreaterThan(0)
    const body = text.slice(begin, text.indexOf("\ntest('", begin + 1) >>> 0)
    for (const event of events) expect(body).toContain(event)
  })
})

test('whatever writes nothing says why in words', () => {
  for (const entry of Object.values(mutations)) if ('none' in entry) expect(entry.none.length).toBeGreaterThan(20)
})

test('the table names events of the closed list', () => {
  for (const entry of Object.values(mutations))
    if ('events' in entry) for (const event of entry.events) expect(auditEvents).toHaveProperty([event])
})
