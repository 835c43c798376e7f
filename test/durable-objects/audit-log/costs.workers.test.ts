import { env, runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import { recordStatement } from '../../../worker/features/audit/record.ts'
import { deleteDrainedStatement, waitingEvents } from '../../../worker/features/audit/store.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anEvent } from '../../support/audit-events.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { touches } from '../../support/every-log.ts'
import { rowsWritten } from '../../support/log-rows.ts'
import { anOrganization } from '../../support/organizations.ts'

/** What `docs/operate/audit-costs.md` says of rows and bytes: whoever makes an event dearer, changes it there. */

const connectorId = newId('con')
const agentId = newId('agt')

/** A call of a tool as a gateway reports it, a few hundred bytes long. */
const aCall = (n: number): AuditInput =>
  anEvent({
    type: 'tool.started',
    actor: { kind: 'connector', id: connectorId },
    agentId,
    connectorId,
    traceId: Math.floor(n / 20)
      .toString(16)
      .padStart(32, '0'),
    payload: {
      runId: `run-${Math.floor(n / 20)}`,
      sessionKey: 'agent:main:main',
      toolCallId: `call-${n}`,
      tool: 'exec',
      title: `部署 deploy app-${n % 500} --env production`,
      arguments: { command: `kubectl -n app-${n % 500} rollout restart deployment/web-${n}`, cwd: '/srv/app' },
    },
  })

const sizeOf = (organizationId: string): Promise<number> =>
  runInDurableObject(
    env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId)),
    (_: AuditLog, { storage }) => storage.sql.databaseSize,
  )

const index = (log: AuditLog) => log.count({ risk: 'critical' })

describe('rows written for each event', () => {
  test.each([1, 10, 100])('in batches of %d, each signed and indexed by itself', async (batch) => {
    const organizationId = touches(newId('org'))
    const rounds = 4
    await rowsWritten(organizationId, (log) => log.append([aCall(0)]))
    await rowsWritten(organizationId, (log) => log.freshCheckpoint())
    await rowsWritten(organizationId, index)
    const rows = { append: 0, signed: 0, indexed: 0 }
    for (let round = 0; round < rounds; round += 1) {
      const events = Array.from({ length: batch }, (_, n) => aCall(1 + round * batch + n))
      rows.append += await rowsWritten(organizationId, (log) => log.append(events))
      rows.signed += await rowsWritten(organizationId, (log) => log.freshCheckpoint())
      rows.indexed += await rowsWritten(organizationId, index)
    }
    const all = rounds * batch
    // Its key, and its part of a segment of up to 32, one more where a tile ends; the alarm, once for all that no checkpoint covers.
    const segments = rounds * Math.ceil(batch / 32)
    expect(rows.append).toBeGreaterThanOrEqual(all + segments)
    expect(rows.append).toBeLessThanOrEqual(all + segments + rounds + Math.ceil(all / 256))
    // The checkpoint, and now and then the root of a full tile.
    expect(rows.signed).toBeLessThanOrEqual(2 * rounds + all / 100)
    // How far the index has come, and the hour's count.
    expect(rows.indexed).toBe(all + 2 * rounds)
    await checkAuditLog(organizationId)
  })

  test('in the outbox, when a change in D1 tells of it: once on the way in, once on the way out', async () => {
    const { ctx, organizationId } = await anOrganization()
    const [written] = await ctx.db.batch([recordStatement(ctx, 'organization.renamed', { name: 'x' })])
    const [position] = await waitingEvents(ctx.db, organizationId, 1)
    const [deleted] = await ctx.db.batch([
      deleteDrainedStatement(ctx.db, { organizationId, through: position?.position ?? 0 }),
    ])
    expect([written.meta.rows_written, deleted.meta.rows_written]).toEqual([2, 1])
  })
})

test('bytes kept for each event', async () => {
  const organizationId = touches(newId('org'))
  await rowsWritten(organizationId, (log) => log.append([aCall(0)]))
  await rowsWritten(organizationId, index)
  const before = await sizeOf(organizationId)
  const count = 5_000
  for (let at = 1; at <= count; at += 500)
    await rowsWritten(organizationId, (log) => log.append(Array.from({ length: 500 }, (_, n) => aCall(at + n))))
  const appended = await sizeOf(organizationId)
  await rowsWritten(organizationId, index)
  const indexed = await sizeOf(organizationId)
  const bytes = { payload: JSON.stringify(aCall(1).payload).length, row: (appended - before) / count }
  expect(bytes.payload).toBe(220)
  expect(bytes.row).toBeGreaterThan(700)
  expect(bytes.row).toBeLessThan(900)
  expect((indexed - before) / count).toBeLessThan(1_200)
}, 60_000)
