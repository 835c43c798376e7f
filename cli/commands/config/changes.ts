import { KnownFile, type SemanticChange } from '../../../worker/features/snapshots/diff/contract.ts'
import { plain, print, table } from '../../output/output.ts'

/** What differs, with the reason of each risk; texts line by line below it. */
export function printChanges(changes: readonly SemanticChange[], nothing: string): void {
  if (changes.length === 0) {
    print(nothing)
    return
  }
  print(
    table(changes, {
      risk: ({ risk }) => risk,
      category: ({ category }) => category,
      change: ({ kind }) => kind,
      path: ({ path }) => path,
      before: (change) => spoken(change, change.before, change.from),
      after: (change) => spoken(change, change.after, change.to),
      rule: ({ rule }) => rule,
    }),
  )
  for (const { path, hunks } of changes) if (hunks !== null && hunks.length > 0) printHunks(path, hunks)
}

function spoken(
  { secret, kind, hunks, category }: SemanticChange,
  value: unknown,
  place: number | null,
): string | null {
  if (kind === 'moved') return place === null ? null : `place ${place + 1}`
  if (hunks !== null) return 'see below'
  if (secret) return value === null ? null : '(secret)'
  if (value === null) return null
  const file = category === 'files' ? KnownFile.safeParse(value).data : undefined
  return file ? facts(file) : short(value)
}

const reasons = { redacted: 'has hidden passages', too_large: 'too large to keep', not_text: 'no text' } as const

const facts = ({ reason, sizeBytes, hash }: KnownFile): string =>
  [reasons[reason], sizeBytes === null ? '' : `${sizeBytes} bytes`, hash === null ? '' : `sha256 ${hash.slice(0, 12)}`]
    .filter(Boolean)
    .join(', ')

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

function printHunks(path: string, hunks: NonNullable<SemanticChange['hunks']>): void {
  print(`\n${plain(path)}`)
  for (const { oldStart, newStart, lines } of hunks) {
    print(`@@ ${oldStart} ${newStart} @@`)
    for (const line of lines) print(plain(line))
  }
}
