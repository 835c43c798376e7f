import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useT } from '../../../i18n/use-t.ts'
import { ProgressBar } from './progress-bar.tsx'
import type { Check } from './use-package.ts'

/** Whether what is inside may be used; said only when all of it has been read. */
export function Verdict({ check }: { check: Check }) {
  const t = useT()
  return (
    <div role="status">
      {check.state === 'running' ? (
        <>
          <ProgressBar share={check.share} label={t('artifacts.open.check.progress')} />
          <p className="mt-1 text-2xs text-ink-2">{t('artifacts.open.check.running')}</p>
        </>
      ) : (
        <p
          className={`flex items-center gap-2 rounded-md px-3 py-2 text-sm font-medium ${check.state === 'whole' ? 'bg-low-soft text-low' : 'bg-critical-soft text-critical'}`}
        >
          {check.state === 'whole' ? (
            <ShieldCheck size={17} aria-hidden className="shrink-0" />
          ) : (
            <ShieldAlert size={17} aria-hidden className="shrink-0" />
          )}
          {check.state === 'whole'
            ? t('artifacts.open.check.whole')
            : t('artifacts.open.check.refused', { why: t(`artifacts.open.fault.${check.fault}`) })}
        </p>
      )}
    </div>
  )
}
