import { useId, useState } from 'react'
import { useLocale } from 'use-intl'
import type { RuleDraft } from '../../../worker/features/rules/contract.ts'
import { serverNow } from '../../clock.ts'
import { number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Failed } from '../../ui/state.tsx'
import { ReplayResultView } from './replay-result.tsx'
import { useReplay } from './use-replay.ts'

const dayMs = 86_400_000
const presets = [7, 30, 90, 365] as const
/** The day in the viewer's own zone, as a date field has it. */
const dayOf = (ms: number) => {
  const date = new Date(ms)
  return new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}

/** The rules, or the draft of them, run over what was recorded. */
export function ReplayView({ rules }: { rules: RuleDraft[] | undefined }) {
  const t = useT()
  const locale = useLocale()
  const id = useId()
  const [from, setFrom] = useState(dayOf(serverNow() - 30 * dayMs))
  const [to, setTo] = useState(dayOf(serverNow()))
  const { replay, start, cancel } = useReplay()
  const [begin, end] = [new Date(`${from}T00:00:00`), new Date(`${to}T23:59:59.999`)]
  const isFit = begin.getTime() < end.getTime() && end.getTime() - begin.getTime() <= 366 * dayMs
  const isRunning = replay.state === 'running'
  const progress = isRunning ? replay.progress : null
  return (
    <div>
      <form
        className="mb-6 flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (isFit && !isRunning) void start({ from: begin, to: end, ...(rules ? { rules } : {}) })
        }}
      >
        {(
          [
            ['from', from, setFrom],
            ['to', to, setTo],
          ] as const
        ).map(([name, value, set]) => (
          <div key={name}>
            <label htmlFor={`${id}-${name}`} className="mb-1.5 block text-xs font-medium">
              {t(`rules.replay.${name}`)}
            </label>
            <input
              id={`${id}-${name}`}
              type="date"
              className="field tnum w-40 md:h-8"
              value={value}
              required
              onChange={(event) => set(event.target.value)}
            />
          </div>
        ))}
        <div className="flex flex-wrap gap-1">
          {presets.map((days) => (
            <button
              key={days}
              type="button"
              className="btn btn-quiet"
              onClick={() => {
                setFrom(dayOf(serverNow() - days * dayMs))
                setTo(dayOf(serverNow()))
              }}
            >
              {t('rules.replay.days', { days })}
            </button>
          ))}
        </div>
        <span className="flex-1" />
        {isRunning ? (
          <button type="button" className="btn" onClick={cancel}>
            {t('action.cancel')}
          </button>
        ) : (
          <button type="submit" className="btn btn-primary" disabled={!isFit}>
            {t(rules ? 'rules.replay.runDraft' : 'rules.replay.run')}
          </button>
        )}
      </form>
      {isFit ? null : <p className="mb-4 text-xs text-critical">{t('rules.replay.range')}</p>}
      {isRunning ? (
        <div role="status" className="py-10 text-center text-xs text-ink-2">
          <progress
            aria-label={t('rules.replay.running')}
            className="mx-auto mb-3 block h-1.5 w-full max-w-md accent-[var(--accent)]"
            {...(progress && progress.total > 0 ? { value: progress.scanned, max: progress.total } : {})}
          />
          <p className="tnum">
            {progress
              ? t('rules.replay.progress', {
                  scanned: number(locale, progress.scanned),
                  total: number(locale, progress.total),
                })
              : t('rules.replay.running')}
          </p>
        </div>
      ) : replay.state === 'failed' ? (
        <Failed what={t('rules.replay.failed')} error={replay.error} />
      ) : replay.state === 'done' ? (
        <ReplayResultView result={replay.result} />
      ) : (
        <p className="border-y border-line py-3 text-ink-2">
          {t(replay.state === 'cancelled' ? 'rules.replay.cancelled' : 'rules.replay.explain')}
        </p>
      )}
    </div>
  )
}
