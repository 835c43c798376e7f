import { fromBase64, toBase64 } from '../../../tlog/base64.ts'
import { formatVerifierKey, parseVerifierKey } from '../../../tlog/note.ts'
import { cosign } from '../../../tlog/witness/cosignature.ts'
import {
  cosignedNote,
  isContradiction,
  type Refusal,
  readSubmission,
  refusalAnswer,
  refusalOf,
  type Submission,
  type Witnessed,
} from '../../../tlog/witness/judge.ts'
import { actingFor, type RequestContext } from '../../platform/context.ts'
import { notFound } from '../../platform/errors.ts'
import { digestOf } from '../../platform/secrets.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { perAccount, perAddress, takeRate } from '../rate-limits/index.ts'
import { cosignerOf } from './key.ts'
import type { WitnessedLogRow, WitnessKeyRow } from './schema.ts'
import { advanceLog, contradictedStatement, findKey, findLogByOrigin, notesOf } from './store.ts'

/** A log of ours submits at most every five seconds to each witness. */
const perMinute = { address: 240, witness: 1_200 }
/** Each time somebody else's tree was stored in between; then it is read again, and most likely a conflict. */
const racesMax = 3

/**
 * `add-checkpoint` of C2SP tlog-witness. The tree is stored, with the signature, in the place of the one that it was held
 * against before anybody is given that signature: no answer of ours says less than an earlier one. Throws `not_found` for an organization that is no
 * witness, and `rate_limited`.
 */
export const addCheckpoint = async (
  ctx: RequestContext,
  organizationId: string,
  body: Uint8Array,
): Promise<{ status: 200 | Refusal['status']; type: string; body: string }> => {
  await takeRates(ctx, organizationId)
  const key = await findKey(ctx, organizationId)
  if (!key) throw notFound('Witness')
  const submission = await readSubmission(body, async (origin) => {
    const log = await trustedLog(ctx, organizationId, origin)
    return log?.vkeys.flatMap((vkey) => parseVerifierKey(vkey) ?? []) ?? null
  })
  if ('status' in submission) return refusalAnswer(submission)
  const stored = await store(ctx, key, submission)
  if ('status' in stored) return refusalAnswer(stored)
  // Committed. Who does not get this answer submits again, and gets one of the same size.
  return { status: 200, type: 'text/plain; charset=utf-8', body: stored.line }
}

/**
 * The newest checkpoint of a log with our cosignature, for monitors: by the SHA-256 of the log's origin. Throws `not_found`
 * where nothing was cosigned, and `rate_limited`.
 */
export const witnessedCheckpoint = async (
  ctx: RequestContext,
  organizationId: string,
  originHash: string,
): Promise<string> => {
  await takeRates(ctx, organizationId)
  const log = (await notesOf(ctx, organizationId)).find(({ origin }) => digestOf(origin) === originHash)
  if (!log?.note) throw notFound('Checkpoint')
  return log.note
}

const takeRates = (ctx: RequestContext, organizationId: string): Promise<void> =>
  takeRate(ctx, [
    perAddress(ctx, 'witness', perMinute.address, 1),
    perAccount('witness', organizationId, perMinute.witness, 1),
  ])

/** The verifier key to check the signatures by. Throws `not_found` for an organization that is no witness. */
export const publicKeyOf = async (ctx: RequestContext, organizationId: string): Promise<string> => {
  const row = await findKey(ctx, organizationId)
  if (!row) throw notFound('Witness')
  return `${formatVerifierKey((await cosignerOf(ctx, row)).key)}\n`
}

const store = async (
  ctx: RequestContext,
  key: WitnessKeyRow,
  submission: Submission,
): Promise<Refusal | { line: string }> => {
  for (let race = 0; race < racesMax; race++) {
    const log = await trustedLog(ctx, key.organizationId, submission.origin)
    if (!log) return { status: 404, because: 'the origin is not known' }
    const latest = witnessedOf(log)
    const refusal = refusalOf(submission, latest)
    if (refusal && isContradiction(submission, latest)) await tellContradiction(ctx, log, submission)
    if (refusal) return refusal
    const line = await cosign(submission.text, await cosignerOf(ctx, key), ctx.now())
    const { size, root } = submission.next
    const next = { size, root: toBase64(root), note: cosignedNote(submission, line) }
    if (await advanceLog(ctx, log, next, ctx.now().getTime())) return { line }
  }
  throw new Error('the log was changed again and again in the meantime')
}

const trustedLog = async (
  ctx: RequestContext,
  organizationId: string,
  origin: string,
): Promise<WitnessedLogRow | null> => {
  const log = await findLogByOrigin(ctx, organizationId, origin)
  return log && log.removedAt === null ? log : null
}

const witnessedOf = ({ size, root }: WitnessedLogRow): Witnessed => {
  const bytes = fromBase64(root)
  if (!bytes) throw new Error('the root of a witnessed log is none')
  return { size, root: bytes }
}

/** Two roots of one size, both signed by the log: whoever submitted it, that is the log's own doing. */
const tellContradiction = async (ctx: RequestContext, log: WitnessedLogRow, { next }: Submission): Promise<void> => {
  const { id, origin, size } = log
  const acting = actingFor(ctx, log.organizationId, { kind: 'system', id: 'witness' })
  await ctx.db.batch([
    contradictedStatement(ctx, id, ctx.now().getTime()),
    auditStatement(
      acting,
      'witness.log-contradicted',
      { logId: id, origin, size: next.size, cosignedSize: size },
      { target: id, risk: 'critical' },
    ),
  ])
  await drainSoon(ctx, log.organizationId)
}
