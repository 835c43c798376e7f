import type { Problem, ProblemCode } from '../worker/platform/contract.ts'

/** network: no answer came. unreadable: an answer came that is not what the contract promises. */
export type FailureCode = ProblemCode | 'network' | 'unreadable'

/** What a request that did not succeed throws. Kept free of zod, so that the entry may know it. */
export class ApiError extends Error {
  readonly code: FailureCode
  readonly status: number
  readonly requestId: string | null
  readonly fields: NonNullable<Problem['errors']>
  readonly context: Record<string, unknown>

  constructor(failure: {
    code: FailureCode
    detail: string
    status?: number
    requestId?: string | null
    fields?: Problem['errors']
    context?: Problem['context']
  }) {
    super(failure.detail)
    this.name = 'ApiError'
    this.code = failure.code
    this.status = failure.status ?? 0
    this.requestId = failure.requestId ?? null
    this.fields = failure.fields ?? []
    this.context = failure.context ?? {}
  }
}

/** The session is over for good: the refresh has been tried already when this is thrown. */
export const isSignedOut = (error: unknown) =>
  error instanceof ApiError && (error.code === 'unauthenticated' || error.code === 'token_expired')
