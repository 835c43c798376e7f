import { useState } from 'react'
import { useLocale } from 'use-intl'
import { parseCheckpoint } from '../../../../tlog/checkpoint.ts'
import { parseNote } from '../../../../tlog/note.ts'
import type { LogState } from '../../../../worker/features/audit/log/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { Ago } from '../../../ui/time.tsx'
import { forgetLog, seenLog } from './remembered.ts'

/** What this browser remembers of the log from the last time, and the way to begin anew, as after a change of keys. */
export function LastTime({ state }: { state: LogState }) {
  const t = useT()
  const locale = useLocale()
  const [isAsking, setIsAsking] = useState(false)
  const note = parseNote(state.checkpoint ?? '')
  const origin = (note && parseCheckpoint(note.text)?.origin) ?? ''
  const seen = seenLog(origin)
  if (!seen) return <p className="mt-2 text-xs text-ink-2">{t('integrity.verify.never')}</p>
  return (
    <p className="mt-2 flex flex-wrap items-center gap-x-2 text-xs">
      <span className="text-ink-2">{t('integrity.verify.last')}</span>
      <Ago at={seen.at} />
      <span>{t('integrity.verify.lastSize', { count: number(locale, seen.size) })}</span>
      <button type="button" className="aside-link" onClick={() => setIsAsking(true)}>
        {t('integrity.verify.forget')}
      </button>
      <Confirm
        open={isAsking}
        close={() => setIsAsking(false)}
        title={t('integrity.verify.forgetTitle')}
        body={t('integrity.verify.forgetBody')}
        action={t('integrity.verify.forget')}
        danger
        onConfirm={async () => forgetLog(origin)}
      />
    </p>
  )
}
