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

/**
 * Cuts a command at the words that a risk rule matched. Where matches overlap, the graver rule and then the longer
 * match is marked. The pieces together are exactly the command.
 */
export const piecesOf = (command: string, reasons: Approval['riskReasons']): Piece[] => {
  const found = reasons
    .filter(({ matched, risk }) => matched !== '' && risk !== 'low')
    .toSorted((a, b) => order.indexOf(b.risk) - order.indexOf(a.risk) || b.matched.length - a.matched.length)
  const taken: { from: number; to: number; risk: Risk }[] = []
  for (const { matched, risk } of found)
    for (let from = command.indexOf(matched); from !== -1; from = command.indexOf(matched, from + matched.length)) {
      const to = from + matched.length
      if (!taken.some((other) => from < other.to && to > other.from)) taken.push({ from, to, risk })
    }
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
const visible = (text: string) =>
  [...text]
    .map((character) => {
      const code = character.codePointAt(0) ?? 0
      return isHidden(code) ? `\\u{${code.toString(16)}}` : character
    })
    .join('')
