import type { Problem, ProblemCode } from './contract.ts'

const statusOf = {
  malformed: 400,
  invalid: 422,
  unauthenticated: 401,
  token_expired: 401,
  invalid_credentials: 401,
  totp_required: 401,
  invalid_code: 401,
  csrf: 403,
  forbidden: 403,
  registration_closed: 403,
  not_found: 404,
  conflict: 409,
  email_taken: 409,
  already_decided: 409,
  expired: 409,
  stale: 409,
  own_request: 403,
  not_eligible: 403,
  not_opened: 409,
  under_legal_hold: 409,
  passkey_required: 403,
  idempotency_conflict: 422,
  precondition_failed: 412,
  precondition_required: 428,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  archive_damaged: 503,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ProblemCode, number>

/** What names the path of each fault; the empty one where no single field is at fault, but the whole. */
const isFault = (code: ProblemCode): boolean => code === 'malformed' || code === 'invalid'

interface Facts {
  errors?: { path: string; message: string; offset?: number }[]
  context?: Record<string, unknown>
  retryAfterMs?: number
}

/** An outcome that the caller can act on. Everything else that is thrown is a bug and answers 500. */
export class AppError extends Error {
  readonly code: ProblemCode
  readonly facts: Facts

  constructor(code: ProblemCode, detail: string, facts: Facts = {}) {
    super(detail)
    this.name = 'AppError'
    this.code = code
    this.facts = facts
  }

  get status() {
    return statusOf[this.code]
  }

  toProblem(requestId: string): Problem {
    const { context, errors: named = [] } = this.facts
    const whole = isFault(this.code) ? [{ path: '', message: this.message }] : undefined
    const errors = named.length > 0 ? named : whole
    return {
      type: `urn:clawbutler:problem:${this.code}`,
      title: this.code.replaceAll('_', ' '),
      status: this.status,
      code: this.code,
      detail: this.message,
      requestId,
      ...(errors && { errors }),
      ...(context && { context }),
    }
  }
}

/** What the caller may not see answers like what does not exist: one sentence for both. */
export const notFound = (what: string) => new AppError('not_found', `${what} not found.`)

/** An Idempotency-Key came before, with another request. */
export const keyOfAnother = (context?: Record<string, unknown>) =>
  new AppError('idempotency_conflict', 'The key was used with another request.', {
    errors: [{ path: 'Idempotency-Key', message: 'was used with another request' }],
    ...(context && { context }),
  })
