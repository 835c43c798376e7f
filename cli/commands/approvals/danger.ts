import type { RiskReason } from '../../../worker/features/approvals/contract.ts'
import { plain } from '../../output/output.ts'

const red = (text: string) => `\u001b[1;31m${text}\u001b[0m`

/** The parts of a text that the risk is about, merged and in order. */
export function dangerousParts(text: string, reasons: readonly RiskReason[]): { start: number; end: number }[] {
  const parts = reasons
    .flatMap(({ start, end }) => (start === null || end === null ? [] : [{ start, end: Math.min(end, text.length) }]))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start)
  const merged: { start: number; end: number }[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    if (last && part.start <= last.end) last.end = Math.max(last.end, part.end)
    else merged.push({ ...part })
  }
  return merged
}

/** A command with its dangerous parts between ⟦ and ⟧, which its own text cannot contain, and in red where there is colour. */
export function marked(text: string, reasons: readonly RiskReason[], colour: boolean): string {
  const quiet = (part: string) => plain(part).replace(/[⟦⟧]/g, '?')
  let at = 0
  let result = ''
  for (const { start, end } of dangerousParts(text, reasons)) {
    const part = `⟦${quiet(text.slice(start, end))}⟧`
    result += quiet(text.slice(at, start)) + (colour ? red(part) : part)
    at = end
  }
  return result + quiet(text.slice(at))
}
