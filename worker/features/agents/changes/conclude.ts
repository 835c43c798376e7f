import type { OrganizationContext } from '../../../platform/context.ts'
import { commitAll, type Statement } from '../../../platform/db.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { ChangeDone } from '../../connectors/link/changes/contract.ts'
import type { ChangeRow } from '../schema.ts'
import { changeById, controlIfLanded, endChangeStatement } from './store.ts'

type Result = { ok: true; done?: ChangeDone | undefined } | { ok: false; failure: string; detail?: string }

/**
 * The connector answered a change, or its deadline passed. Said twice it ends once; for an id that nobody knows nothing
 * happens. An order that expired may have been carried out without an answer: it lapses, which is not a failure.
 */
export const agentChangeAnswered = async (ctx: OrganizationContext, id: string, result: Result): Promise<void> => {
  const row = await changeById(ctx, id)
  if (row?.state !== 'ordered') return
  const endedAt = ctx.now().getTime()
  await commitAll(ctx.db, result.ok ? confirmed(ctx, row, endedAt, result.done) : failed(ctx, row, endedAt, result))
  await drainSoon(ctx, ctx.organizationId)
}

const factsOf = (row: ChangeRow) => ({ target: row.agentId, agentId: row.agentId, connectorId: row.connectorId })

const confirmed = (
  ctx: OrganizationContext,
  row: ChangeRow,
  endedAt: number,
  done: ChangeDone | undefined,
): Statement[] => {
  const { id, kind, touches } = row
  const found = {
    before: done?.before ?? row.before,
    after: done?.after ?? null,
    reference: done?.reference ?? null,
  }
  return [
    endChangeStatement(ctx, id, { state: 'confirmed', endedAt, jobId: done?.jobId ?? null, ...found }),
    auditStatement(
      ctx,
      'agent.change-confirmed',
      { changeId: id, kind, touches, ...found },
      { ...factsOf(row), risk: 'medium' },
    ),
    ...controlled(ctx, row, endedAt, done),
  ]
}

/** What a confirmed change means here; each statement only if the one before it landed. */
const controlled = (
  ctx: OrganizationContext,
  row: ChangeRow,
  at: number,
  done: ChangeDone | undefined,
): Statement[] => {
  const { id, kind, reason, restore } = row
  if (kind === 'disable')
    return [
      controlIfLanded(ctx, row.agentId, { disabledAt: at, disabledReason: reason, restore }),
      auditStatement(ctx, 'agent.disabled', { changeId: id, reason }, { ...factsOf(row), risk: 'high' }),
    ]
  if (kind === 'enable')
    return [
      controlIfLanded(ctx, row.agentId, { disabledAt: null, disabledReason: null, restore: null }),
      auditStatement(ctx, 'agent.enabled', { changeId: id }, { ...factsOf(row), risk: 'medium' }),
    ]
  if (kind === 'memory_put' || kind === 'memory_delete') return [memoryChanged(ctx, row, done)]
  return []
}

const memoryChanged = (ctx: OrganizationContext, row: ChangeRow, done: ChangeDone | undefined): Statement =>
  auditStatement(
    ctx,
    'memory.changed',
    { path: row.touches[0] ?? '', before: done?.before ?? row.before, after: done?.after ?? null, changeId: row.id },
    { ...factsOf(row), risk: 'medium' },
  )

const failed = (
  ctx: OrganizationContext,
  row: ChangeRow,
  endedAt: number,
  { failure, detail = null }: { failure: string; detail?: string | null },
): Statement[] => {
  const state = failure === 'expired' || failure === 'unknown_outcome' ? 'lapsed' : 'failed'
  return [
    endChangeStatement(ctx, row.id, { state, endedAt, failure, detail }),
    auditStatement(
      ctx,
      'agent.change-failed',
      { changeId: row.id, kind: row.kind, cause: failure, detail },
      { ...factsOf(row), risk: 'medium' },
    ),
  ]
}
