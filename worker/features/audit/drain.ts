import { createHash } from 'node:crypto'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import type { RequestContext } from '../../platform/context.ts'
import { commitAll } from '../../platform/db.ts'
import { log, logFault } from '../../platform/log.ts'
import type { MaskingRules } from '../masking/index.ts'
import { maskingRulesOf } from '../masking/index.ts'
import { openEvent } from './outbox.ts'
import {
  deleteDrainedStatement,
  organizationsWaiting,
  rowsSetAside,
  setAsideStatement,
  takeBack,
  type WaitingRow,
  waitingEvents,
} from './store.ts'

const batchSize = 200
/** A request may make only so many calls after its answer went out; the next writer goes on. */
const roundsMax = 20
/** A drain whose request was cut off never ends; after this long without a sign of it another one begins. */
const stalledAfterMs = 15_000
const setAsideAtOnce = 200
/** Lets the answer go out first, which on one machine waits for the same thread, and takes along what commits meanwhile. */
const gatherMs = 40

/**
 * Moves an organization's outbox into its audit sequence, in commit order: when it resolves, all that had committed
 * before is there. Safe to run twice and at the same time: the sequence knows the keys, and a row is deleted only after
 * the append committed. A row that nobody can read holds nothing back: it is set aside, and the sequence says so in its
 * place.
 */
export const drainAudit = async (ctx: RequestContext, organizationId: string): Promise<void> => {
  while (await drainBatch(ctx, organizationId)) {
    // More is waiting than one batch took.
  }
}

/** Moves one batch; true when there may be more. */
const drainBatch = async (ctx: RequestContext, organizationId: string): Promise<boolean> => {
  const rows = await waitingEvents(ctx.db, organizationId, batchSize)
  const last = rows.at(-1)
  if (!last) return false
  const rules = await maskingRulesOf(ctx, organizationId)
  const read = rows.map((row) => ({ row, event: eventOf(ctx, row, rules) }))
  const unreadable = read.flatMap(({ row, event }) => (event === null ? [row.position] : []))
  const now = ctx.now().getTime()
  await auditLog(ctx.env, organizationId).append(read.map(({ row, event }) => event ?? unreadableEvent(row, now)))
  // A crash before this line leads to the same append again, which the keys make harmless.
  await commitAll(ctx.db, [
    ...(unreadable.length > 0 ? [setAsideStatement(ctx.db, unreadable, now)] : []),
    deleteDrainedStatement(ctx.db, { organizationId, through: last.position }),
  ])
  for (const position of unreadable) log('audit.entry-unreadable', { organizationId, position })
  return rows.length === batchSize
}

const eventOf = (ctx: RequestContext, row: WaitingRow, rules: MaskingRules): AuditInput | null => {
  try {
    return openEvent(ctx, row, rules)
  } catch {
    return null
  }
}

/** Stands in the sequence for a row that cannot be read: which one, and a digest by which it can be proven later. */
const unreadableEvent = ({ position, organizationId, body }: WaitingRow, at: number): AuditInput => ({
  key: `unreadable:${organizationId}:${position}`,
  type: 'audit.entry-unreadable',
  at,
  actor: { kind: 'system', id: 'outbox' },
  agentId: null,
  connectorId: null,
  target: null,
  risk: 'high',
  traceId: null,
  payload: { position, sha256: createHash('sha256').update(body).digest('hex') },
})

/** One for each organization that this isolate drains now. A cache: nothing depends on it being right. */
const drains = new Map<string, { again: boolean; heardAt: number }>()

/**
 * Has what was just committed drained before anything follows from it: what the world does next cannot come before it in
 * the sequence. A failure is logged and left to cron, since the change itself has landed and must take effect.
 */
export const drainFirst = async (ctx: RequestContext, organizationId: string): Promise<void> => {
  try {
    await drainAudit(ctx, organizationId)
  } catch (error) {
    logFault('audit.drain-failed', error, { organizationId })
  }
}

/**
 * Has what was just committed drained soon, without waiting for it. While a drain of the organization runs in this
 * isolate it takes this along in its next round. A failure is logged and left to cron: the change itself has landed.
 */
export const drainSoon = async (ctx: RequestContext, organizationId: string): Promise<void> => {
  const running = drains.get(organizationId)
  if (running && Date.now() - running.heardAt < stalledAfterMs) running.again = true
  else ctx.waitUntil(drainWhileAsked(ctx, organizationId))
}

const drainWhileAsked = async (ctx: RequestContext, organizationId: string): Promise<void> => {
  const own = { again: true, heardAt: Date.now() }
  drains.set(organizationId, own)
  try {
    for (let round = 0; own.again && round < roundsMax; round++) {
      await new Promise((resolve) => setTimeout(resolve, gatherMs))
      own.again = false
      own.heardAt = Date.now()
      await drainAudit(ctx, organizationId)
    }
  } catch (error) {
    logFault('audit.drain-failed', error, { organizationId })
  } finally {
    if (drains.get(organizationId) === own) drains.delete(organizationId)
  }
}

/** Cron: whatever a crash left behind in any outbox, and what was set aside and can be read by now. */
export const drainAllAudit = async (ctx: RequestContext): Promise<void> => {
  const readable: number[] = []
  for (const row of await rowsSetAside(ctx.db, setAsideAtOnce))
    if (eventOf(ctx, row, await maskingRulesOf(ctx, row.organizationId))) readable.push(row.position)
  if (readable.length > 0) await takeBack(ctx.db, readable)
  for (const organizationId of await organizationsWaiting(ctx.db))
    try {
      await drainAudit(ctx, organizationId)
    } catch (error) {
      logFault('audit.drain-failed', error, { organizationId })
    }
}
