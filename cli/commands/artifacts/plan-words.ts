import type { PlannedChange } from '../../artifacts/plan/changes.ts'
import type { OpenedPackage } from '../../artifacts/plan/opened.ts'
import type { Plan } from '../../artifacts/plan/plan.ts'
import type { Scope } from '../../artifacts/plan/wanted.ts'
import { facts, plain, print, table } from '../../output/output.ts'

const valueCharsMax = 60

/** What a restore would do, for a person. */
export function tellPlan(plan: Plan, { header, intent }: OpenedPackage, { mode }: Scope): void {
  const { changes, creates, deletes, restarts, absent, placeholders, left, risk, digest } = plan
  print(
    facts({
      package: header.id,
      intent,
      made: header.createdAt,
      mode,
      changes: changes.length,
      risk: risk ?? 'none',
      'agents to make': creates.join(', ') || null,
      'agents to delete': deletes.join(', ') || null,
      'restarts for': restarts.join(', ') || null,
      digest,
    }),
  )
  if (changes.length > 0) {
    print('')
    print(
      table(changes, {
        risk: ({ risk: each }) => each,
        where: ({ agent, section }) => (agent === null ? section : `${agent} ${section}`),
        what: ({ path }) => path,
        change: wordsOf,
      }),
    )
  }
  tell(
    'The gateway does not have',
    absent.map(({ what, name, agents }) => `${what} ${name}${agents.length > 0 ? ` (for ${agents.join(', ')})` : ''}`),
  )
  tell(
    'Not filled in, so it stays as the gateway has it (--fill)',
    placeholders.filter(({ isFilled }) => !isFilled).map(({ path, kind }) => `${path}: ${kind}`),
  )
  tell(
    'Stays as it is',
    left.map(({ path, reason }) => `${path}: ${reason}`),
  )
}

/** One line about a change, without any value: for who decides elsewhere. */
export const summaryOf = (plan: Plan): string[] => [
  ...plan.creates.map((id) => `make agent ${id}`),
  ...plan.deletes.map((id) => `delete agent ${id}`),
  ...plan.changes.map(
    ({ agent, section, path, kind, risk }) => `${risk}: ${agent === null ? '' : `${agent} `}${section} ${path} ${kind}`,
  ),
]

function wordsOf({ kind, secret, before, after, hunks }: PlannedChange): string {
  if (secret) return kind === 'changed' ? 'another secret' : `secret ${kind}`
  if (hunks) {
    const lines = hunks.flatMap((hunk) => hunk.lines)
    const count = (sign: string) => lines.filter((line) => line.startsWith(sign)).length
    return `${kind}, +${count('+')} −${count('-')} lines`
  }
  if (kind === 'added') return `+ ${short(after)}`
  if (kind === 'removed') return `− ${short(before)}`
  return kind === 'moved' ? 'moved' : `${short(before)} → ${short(after)}`
}

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.length > valueCharsMax ? `${text.slice(0, valueCharsMax - 1)}…` : text
}

function tell(what: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  print(`\n${what}:`)
  for (const line of lines) print(plain(`  ${line}`))
}
