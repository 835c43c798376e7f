import type { Approval } from '../../worker/features/approvals/contract.ts'
import type { Risk } from '../../worker/platform/contract.ts'

const order: Risk[] = ['low', 'medium', 'high', 'critical']
const marks: Record<Risk, string> = {
  low: 'bg-low-soft text-low',
  medium: 'bg-medium-soft text-medium',
  high: 'bg-high-soft text-high',
  critical: 'bg-critical-soft text-critical',
}
type Piece = { text: string; risk: Risk | null; at: number }

type Span = { from: number; to: number; risk: Risk }

/** Where a reason stands in the command; for one that does not say, wherever its words occur. */
const spansOf = (command: string, { start, end, matched, risk }: Approval['riskReasons'][number]): Span[] => {
  if (start !== null && end !== null) return end <= command.length ? [{ from: start, to: end, risk }] : []
  const spans: Span[] = []
  if (matched === '') return spans
  for (let from = command.indexOf(matched); from !== -1; from = command.indexOf(matched, from + matched.length))
    spans.push({ from, to: from + matched.length, risk })
  return spans
}

/**
 * Cuts a command at the words that a risk rule matched. Where matches overlap, the graver rule and then the longer
 * match is marked. The pieces together are exactly the command.
 */
export const piecesOf = (command: string, reasons: Approval['riskReasons']): Piece[] => {
  const found = reasons
    .filter(({ risk }) => risk !== 'low')
    .flatMap((reason) => spansOf(command, reason))
    .toSorted((a, b) => order.indexOf(b.risk) - order.indexOf(a.risk) || b.to - b.from - (a.to - a.from))
  const taken: Span[] = []
  for (const span of found) if (!taken.some((other) => span.from < other.to && span.to > other.from)) taken.push(span)
  const pieces: Piece[] = []
  let at = 0
  for (const { from, to, risk } of taken.toSorted((a, b) => a.from - b.from)) {
    if (from > at) pieces.push({ text: command.slice(at, from), risk: null, at })
    pieces.push({ text: command.slice(from, to), risk, at: from })
    at = to
  }
  if (at < command.length) pieces.push({ text: command.slice(at), risk: null, at })
  return pieces
}

/** Exactly what will run, dangerous words marked; control characters are made visible. */
export function CommandText({ command, reasons }: { command: string; reasons: Approval['riskReasons'] }) {
  return piecesOf(command, reasons).map((piece) =>
    piece.risk ? (
      <mark key={piece.at} className={`rounded-sm px-0.5 font-medium ${marks[piece.risk]}`}>
        {visible(piece.text)}
      </mark>
    ) : (
      <span key={piece.at}>{visible(piece.text)}</span>
    ),
  )
}

const isHidden = (code: number) =>
  (code < 32 && code !== 10 && code !== 9) ||
  code === 127 ||
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2066 && code <= 0x2069)

/** Characters that print as nothing or turn the reading direction could hide what a command does. */
export const visible = (text: string) =>
  [...text]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0
      return isHidden(code) ? `\\u{${code.toString(16)}}` : character
    })
    .join('')
