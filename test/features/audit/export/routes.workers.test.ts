import { env } from 'cloudflare:test'
import { expect, test, vi } from 'vitest'
import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { exportEvents } from '../../../../worker/features/audit/export/export.ts'
import { anEvent } from '../../../support/audit-events.ts'
import { call, codeOf } from '../../../support/call.ts'
import { checkAuditLog } from '../../../support/check-audit-log.ts'
import { ocsfFaults } from '../../../support/check-ocsf.ts'
import { anOrganization, type Person } from '../../../support/organizations.ts'

const path = '/api/v1/audit/events/export'
const append = ({ organizationId }: Person, count: number, facts = {}) =>
  auditLog(env, organizationId).append(Array.from({ length: count }, () => anEvent(facts)))
const exported = async (person: Person, query = '') => {
  const answer = await call(`${path}${query}`, { headers: await person.authorization() })
  expect(answer.status).toBe(200)
  return { answer, text: await answer.text() }
}
const linesOf = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('what a search finds comes out whole and in order, past any page, and the taking of it is an event', async () => {
  const owner = await anOrganization()
  await append(owner, 450)
  await append(owner, 7, { type: 'approval.expired', payload: { approvalId: 'apr_1', reason: '=1+1' } })
  const { answer, text } = await exported(owner)
  const entries = linesOf(text).map((line) => AuditEntry.parse(line))
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 457 }, (_, index) => index + 1))
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit-events.jsonl"')
  const log = await checkAuditLog(owner.organizationId)
  expect(entries).toEqual(log.slice(0, 457))
  expect(log.at(-1)).toMatchObject({
    type: 'audit.exported',
    actor: { id: owner.userId },
    payload: { format: 'jsonl', filter: {}, through: 457 },
  })
})

test('the filters of the list choose, in each format', async () => {
  const owner = await anOrganization()
  await append(owner, 300)
  await append(owner, 3, { type: 'approval.expired', payload: { approvalId: 'apr_1', reason: 'zebra' } })
  const csv = await exported(owner, '?format=csv&type=approval.')
  expect(csv.answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(csv.text.trimEnd().split('\r\n')).toHaveLength(4)
  const ocsf = linesOf((await exported(owner, '?format=ocsf&keyword=zebra')).text)
  expect(ocsf).toHaveLength(3)
  expect(ocsf.flatMap(ocsfFaults)).toEqual([])
  expect((await exported(owner, '?format=csv&type=grant.')).text.split('\r\n')).toHaveLength(2)
  await checkAuditLog(owner.organizationId)
})

test('nothing is read before it is taken, nor after the reader has left', async () => {
  const owner = await anOrganization()
  await append(owner, 1_000)
  const pages = vi.fn()
  const counting = new Proxy(env.AUDIT_LOG, {
    get: (target, name) =>
      name === 'get'
        ? (id: DurableObjectId) =>
            new Proxy(target.get(id), {
              get: (stub, verb) => {
                if (verb === 'walk') pages()
                const value: unknown = Reflect.get(stub, verb)
                return value
              },
            })
        : Reflect.get(target, name).bind(target),
  })
  const file = await exportEvents({ ...owner.ctx, env: { ...env, AUDIT_LOG: counting } }, 'jsonl', {})
  const reader = file.getReader()
  await reader.read()
  await reader.cancel()
  expect(pages.mock.calls.length).toBeLessThanOrEqual(2)
  await checkAuditLog(owner.organizationId)
})

test('a format that there is not is 422, and who may not read the audit may not take it along', async () => {
  const owner = await anOrganization()
  const wrong = async (query: string) => codeOf(await call(`${path}${query}`, { headers: await owner.authorization() }))
  expect(await wrong('?format=xml')).toBe('invalid')
  expect(await wrong('?limit=5')).toBe('invalid')
  expect(await wrong('?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).toBe('invalid')
  const viewer = await call(path, { headers: await owner.authorization('viewer') })
  expect(viewer.status).toBe(403)
})
