import { useLocale } from 'use-intl'
import type { GrantCoverage } from '../../../worker/features/grants/contract.ts'
import { risks } from '../../../worker/platform/contract.ts'
import { number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { RiskGlyph } from '../../ui/risk.tsx'

const dayMs = 86_400_000
const tones = { allowed: '', refused: 'text-critical font-medium', undecided: 'text-ink-2' }

/** What a pattern would have answered in the past; whatever people had refused is said aloud. */
export function Coverage({ coverage }: { coverage: GrantCoverage }) {
  const t = useT()
  const locale = useLocale()
  const days = Math.max(1, Math.round((Date.parse(coverage.to) - Date.parse(coverage.from)) / dayMs))
  return (
    <div className="tnum mt-2 text-2xs text-ink-2">
      <p>{t('grants.coverage', { days, covered: coverage.covered, scanned: coverage.scanned })}</p>
      {coverage.covered > 0 ? (
        <p className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1">
          {(['allowed', 'refused', 'undecided'] as const).map((outcome) =>
            coverage[outcome] > 0 ? (
              <span key={outcome} className={tones[outcome]}>
                {t(`grants.covered.${outcome}`, { count: coverage[outcome] })}
              </span>
            ) : null,
          )}
          {risks.map((risk) =>
            coverage.byRisk[risk] > 0 ? (
              <span key={risk} className="inline-flex items-center gap-1">
                <RiskGlyph risk={risk} />
                {number(locale, coverage.byRisk[risk])}
              </span>
            ) : null,
          )}
        </p>
      ) : null}
    </div>
  )
}
