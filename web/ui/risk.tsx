import type { Risk } from '../../worker/platform/contract.ts'
import { useT } from '../i18n/use-t.ts'

const bars: Record<Risk, number> = { low: 1, medium: 2, high: 3, critical: 4 }
export const riskText: Record<Risk, string> = {
  low: 'text-low',
  medium: 'text-medium',
  high: 'text-high',
  critical: 'text-critical',
}
const riskChip: Record<Risk, string> = {
  low: 'bg-low-soft text-low',
  medium: 'bg-medium-soft text-medium',
  high: 'bg-high-soft text-high',
  critical: 'bg-critical-soft text-critical',
}

/** Four rising bars: the level is read from the shape, colour only repeats it. */
export function RiskGlyph({ risk, silent = false }: { risk: Risk; silent?: boolean }) {
  const t = useT()
  const glyph = (
    <svg width="14" height="14" viewBox="0 0 14 14" className={`shrink-0 ${riskText[risk]}`} aria-hidden="true">
      {[0, 1, 2, 3].map((bar) => (
        <rect
          key={bar}
          x={bar * 3.6}
          y={10 - bar * 3}
          width="2.6"
          height={4 + bar * 3}
          rx="0.8"
          fill="currentColor"
          opacity={bar < bars[risk] ? 1 : 0.24}
        />
      ))}
    </svg>
  )
  return silent ? (
    glyph
  ) : (
    <span className="flex shrink-0">
      {glyph}
      <span className="sr-only">{t(`risk.${risk}`)}</span>
    </span>
  )
}

export function RiskTag({ risk }: { risk: Risk }) {
  const t = useT()
  return (
    <span
      className={`inline-flex h-6 items-center gap-1.5 rounded-sm px-2 text-2xs font-medium whitespace-nowrap ${riskChip[risk]}`}
    >
      <RiskGlyph risk={risk} silent />
      {t(`risk.${risk}`)}
    </span>
  )
}
