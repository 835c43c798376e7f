import { z } from 'zod'

/** Ids are `<prefix>_<26 characters>`: a UUIDv7 in Crockford base32, so they sort by time and are never reused. */
export const idPrefixes = [
  'org',
  'usr',
  'ses',
  'mem',
  'inv',
  'key',
  'psk',
  'agt',
  'con',
  'apr',
  'rul',
  'grn',
  'vot',
  'cmt',
  'evt',
  'cmd',
  'mai',
  'ast',
  'dlv',
  'sch',
  'wit',
  'wlg',
  'hld',
  'rst',
  'hlc',
  'job',
  'cch',
  'snp',
  'kil',
  'drl',
  'mvr',
  'art',
  'bks',
  'prv',
  'bud',
  'bhp',
] as const
export type IdPrefix = (typeof idPrefixes)[number]

export const Id = <P extends IdPrefix>(prefix: P) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `expected an id that begins with ${prefix}_`)

/** ISO 8601, UTC, milliseconds. */
export const Timestamp = z.iso.datetime({ precision: 3 })
/** A moment as somebody asks for it: RFC 3339, in UTC or with its distance from it. */
export const Moment = z.iso.datetime({ offset: true })

export const risks = ['low', 'medium', 'high', 'critical'] as const
export const Risk = z.enum(risks)
export type Risk = z.infer<typeof Risk>

export const pageLimitMax = 200
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(pageLimitMax).default(50),
  cursor: z.string().max(512).optional(),
})
export type PageQuery = z.infer<typeof PageQuery>

/** A list answer: `nextCursor` is null on the last page. */
export const Page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** Why a request failed, closed: the caller can act on it, the UI has a sentence for each in both languages. */
export const problemCodes = [
  'malformed',
  'invalid',
  'unauthenticated',
  'token_expired',
  'invalid_credentials',
  'totp_required',
  'invalid_code',
  'csrf',
  'forbidden',
  'registration_closed',
  'not_found',
  'conflict',
  'email_taken',
  'already_decided',
  'expired',
  'stale',
  'own_request',
  'not_eligible',
  'not_opened',
  'under_legal_hold',
  'passkey_required',
  'idempotency_conflict',
  'precondition_failed',
  'precondition_required',
  'too_large',
  'unsupported_media_type',
  'rate_limited',
  'archive_damaged',
  'unavailable',
  'internal',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/** RFC 9457 problem details, with our closed `code` and the path of each fault. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(problemCodes),
  detail: z.string(),
  requestId: z.string(),
  /** `offset`: where in the text at `path` the fault stands, in UTF-16 units. */
  errors: z
    .array(z.object({ path: z.string(), message: z.string(), offset: z.number().int().nonnegative().optional() }))
    .optional(),
  /** Facts the caller may act on, such as who decided first. Never a secret. */
  context: z.record(z.string(), z.unknown()).optional(),
})
export type Problem = z.infer<typeof Problem>
