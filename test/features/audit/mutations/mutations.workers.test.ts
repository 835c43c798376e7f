import { describe, expect, test } from 'vitest'
import { createApp } from '../../../../worker/app.ts'
import { auditTypes } from '../../../support/audit.ts'
import { checkAuditLog } from '../../../support/check-audit-log.ts'
import { drives } from './drives.ts'
import { mutations, sensitiveReads } from './table.ts'

const mutating = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
/** Every route that the running app has, whether or not a document describes it. */
const routes = [
  ...new Set(
    createApp()
      .routes.filter(({ method }) => mutating.has(method))
      .map(({ method, path }) => `${method} ${path.replace(/^\/api\/v1/, '')}`),
  ),
]

test('each mutating route of the app stands in the table, which says what it writes or why nothing', () => {
  expect(routes.length).toBeGreaterThan(60)
  expect(Object.keys(mutations).sort()).toEqual(routes.sort())
})

const here = Object.entries(mutations).flatMap(([route, entry]) =>
  'events' in entry && entry.proof === 'driven' ? [{ route, events: entry.events }] : [],
)
const reads = Object.entries(sensitiveReads).map(([route, event]) => ({ route, events: [event] }))

test('what the table says is proven here is, and nothing else', () => {
  expect(Object.keys(drives).sort()).toEqual([...here, ...reads].map(({ route }) => route).sort())
})

describe('writes its events', () => {
  test.each([...here, ...reads])('$route', async ({ route, events }) => {
    const drive = await drives[route]?.()
    if (!drive) throw new Error(`nobody drives ${route}`)
    const known = typeof drive.organizationId === 'string' ? (await checkAuditLog(drive.organizationId)).length : 0
    const answer = await drive.act()
    expect([answer.status, answer.ok]).toEqual([answer.status, true])
    const text = await answer.text()
    const organizationId =
      typeof drive.organizationId === 'string' ? drive.organizationId : drive.organizationId(JSON.parse(text))
    // What follows the answer, such as the telling of a sign-in, follows soon.
    await expect
      .poll(async () => (await auditTypes(organizationId)).slice(known))
      .toEqual(expect.arrayContaining(events))
  })
})
