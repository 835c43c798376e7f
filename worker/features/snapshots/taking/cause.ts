import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { digestOf } from '../../../platform/secrets.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { semanticDiff } from '../diff/index.ts'
import { ownOf, type Tree } from '../diff/trees.ts'
import { isHoldOnly, isStopped } from '../drift/held.ts'
import { isTrusted } from '../drift/rules.ts'
import type { SnapshotRow } from '../schema.ts'
import { isOnlyMoreDetail } from './more-detail.ts'
import { restoreBehind } from './restored/cause.ts'
import { changeThatMade, fileChangesSince, newestHold } from './store.ts'

/** What a rollback writes down with its changes, so that the version they make can be told from any other. */
const RollbackNote = z.strictObject({
  rollbackTo: z.number().int(),
  approvalId: z.string().nullable(),
  /** Hash of what it shall be in the end; several writes are a rollback only when they came to it. */
  target: z.string().optional(),
  /** Of a file: hash of what was written, which is known before anybody has answered. */
  wrote: z.string().optional(),
})
export type RollbackNote = z.infer<typeof RollbackNote>

export type Cause = Pick<
  SnapshotRow,
  'cause' | 'authorId' | 'authorName' | 'changeId' | 'approvalId' | 'traceId' | 'restores'
>

/** A change that was ordered this long before a version may have happened behind it. */
const changeLivesMs = 120_000

const nobody = { authorId: null, authorName: null, changeId: null, approvalId: null, traceId: null, restores: null }

interface Made {
  agentId: string
  connectorId: string
  scope: SnapshotScope
  content: Tree
  hash: string
  /** When the gateway said so. */
  at: number
  /** The gateway's name of its whole configuration. */
  reference: string | null
  /** The version before, with its content; none of the first. */
  before: { content: Tree; hash: string; at: number; cause: SnapshotRow['cause'] } | null
}

/** Why there is a new version, and who made it, as far as anybody here knows. */
export const causeOf = async (ctx: OrganizationContext, made: Made): Promise<Cause> => {
  if (made.before === null) return { cause: 'first_seen', ...nobody }
  const { content, cause } = made.before
  if (made.scope === 'dependency_meta' && isTrusted(cause) && isOnlyMoreDetail(content, made.content))
    return { cause: 'first_seen', ...nobody }
  const own =
    made.scope === 'workspace_bundle' ? await ofFiles(ctx, made, made.before) : await ofSettings(ctx, made, content)
  return own ?? (await ofRestore(ctx, made, made.before)) ?? { cause: 'elsewhere', ...nobody }
}

const ofSettings = async (ctx: OrganizationContext, made: Made, before: Tree): Promise<Cause | null> => {
  const change = await changeThatMade(ctx, made.agentId, made.scope, made)
  if (change) return ofChange(ctx, change, made.hash)
  return made.scope === 'agent_config' ? ofHold(ctx, made, before) : null
}

const ofRestore = async (
  ctx: OrganizationContext,
  made: Made,
  before: NonNullable<Made['before']>,
): Promise<Cause | null> => {
  const restore = await restoreBehind(ctx, made, { ...made, before })
  if (!restore) return null
  const { requestedById, requestedByName, approvalId } = restore
  return { cause: 'restore', ...nobody, authorId: requestedById, authorName: requestedByName, approvalId }
}

type ChangeRow = NonNullable<Awaited<ReturnType<typeof changeThatMade>>>

const ofChange = (ctx: OrganizationContext, change: ChangeRow, hash: string): Cause => {
  const note = noteOf(change)
  const isRollback = note !== null && (note.target === undefined || note.target === hash)
  return {
    cause: isRollback ? 'rollback' : 'change',
    authorId: change.orderedById,
    authorName: change.orderedByName,
    changeId: change.id,
    approvalId: note?.approvalId ?? null,
    traceId: ctx.traceId,
    // Also of one that was cut off on its way: which of the two it is, is its cause.
    restores: note?.rollbackTo ?? null,
  }
}

/** Ordered here only when each file that differs is one that was written from here and is still what was written. */
const ofFiles = async (
  ctx: OrganizationContext,
  { agentId, content, hash }: Made,
  before: NonNullable<Made['before']>,
): Promise<Cause | null> => {
  const names = semanticDiff(before.content, content, 'workspace_bundle').changes.map(({ path }) => path)
  const changes = await fileChangesSince(ctx, agentId, before.at - changeLivesMs)
  const writing = (name: string) => {
    const file = ownOf(content, name)
    const digest = typeof file === 'string' ? digestOf(file) : null
    return changes.find(({ change, wrote }) => change.touches[0] === name && wrote !== null && wrote === digest)
  }
  const found = names.map(writing)
  const newest = changes.find((change) => found.includes(change))
  if (!newest || found.includes(undefined)) return null
  return ofChange(ctx, newest.change, hash)
}

/** What only differs by what an order of the kill switch sets is named as that, not as somebody's change. */
const ofHold = async (ctx: OrganizationContext, { agentId, content }: Made, before: Tree): Promise<Cause | null> => {
  if (isStopped(content) === isStopped(before) || !isHoldOnly(semanticDiff(before, content))) return null
  const hold = await newestHold(ctx, agentId)
  if (!hold) return null
  if (isStopped(content))
    return hold.recoverAt === null
      ? { cause: 'stopped', ...nobody, authorId: hold.orderedById, authorName: hold.orderedByName }
      : null
  return hold.recoverAt === null
    ? null
    : { cause: 'recovered', ...nobody, authorId: hold.recoverById, authorName: hold.recoverByName }
}

/** Of a disable the reason is what somebody wrote. */
const noteOf = ({ kind, reason }: ChangeRow): RollbackNote | null => {
  if (kind === 'disable') return null
  try {
    return RollbackNote.safeParse(JSON.parse(reason ?? 'null')).data ?? null
  } catch {
    return null
  }
}
