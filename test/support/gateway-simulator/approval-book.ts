import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const Decision = z.enum(['allow-once', 'allow-always', 'deny'])

/** One line of the book: a request, or how it was decided. What merely expired is not in it. */
export const ApprovalHappening = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('requested'),
    id: z.string(),
    kind: z.enum(['exec', 'plugin']),
    request: z.record(z.string(), z.unknown()),
    createdAtMs: z.number(),
    expiresAtMs: z.number(),
    allowed: z.array(Decision),
    requestedByDevice: z.string().nullable(),
  }),
  z.object({
    what: z.literal('resolved'),
    id: z.string(),
    decision: Decision,
    resolvedAtMs: z.number(),
    resolvedBy: z.string().nullable(),
  }),
])
export type ApprovalHappening = z.infer<typeof ApprovalHappening>

/** Requests and decisions, written before anybody is told; with a file the history of decisions survives a kill. */
export class ApprovalBook {
  readonly #file: string | null

  constructor(file: string | null) {
    this.#file = file
  }

  write(happening: ApprovalHappening): void {
    if (this.#file) appendFileSync(this.#file, `${JSON.stringify(happening)}\n`)
  }

  read(): ApprovalHappening[] {
    return this.#file ? readApprovalBook(this.#file) : []
  }
}

/** What a book on disk says, also while its simulator runs. */
export const readApprovalBook = (file: string): ApprovalHappening[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ApprovalHappening.parse(JSON.parse(line)))
    : []
