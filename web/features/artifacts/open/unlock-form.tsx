import { useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { Field } from '../../../ui/field.tsx'
import { Note } from '../../../ui/state.tsx'
import type { Fault } from './messages.ts'
import { ProgressBar } from './progress-bar.tsx'

/** Asks for the passphrase; `share` is how far its key is, null while nothing is under way. */
export function UnlockForm(props: { fault: Fault | null; share: number | null; unlock: (passphrase: string) => void }) {
  const t = useT()
  const [passphrase, setPassphrase] = useState('')
  const isUnderWay = props.share !== null
  return (
    <form
      className="max-w-md space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (passphrase !== '' && !isUnderWay) props.unlock(passphrase)
      }}
    >
      <Note>{t('artifacts.open.unproven')}</Note>
      <Field
        label={t('artifacts.open.passphrase')}
        hint={t('artifacts.open.passphraseHint')}
        error={props.fault ? t(`artifacts.open.fault.${props.fault}`) : undefined}
        type="password"
        autoComplete="off"
        spellCheck={false}
        autoFocus
        value={passphrase}
        readOnly={isUnderWay}
        onChange={(event) => setPassphrase(event.target.value)}
      />
      {props.share === null ? (
        <button type="submit" className="btn btn-primary" disabled={passphrase === ''}>
          {t('artifacts.open.unlock')}
        </button>
      ) : (
        <div>
          <ProgressBar share={props.share} label={t('artifacts.open.unlocking')} />
          <p className="tnum mt-1 text-2xs text-ink-2">
            {t('artifacts.open.unlocking')} {t('artifacts.open.percent', { share: props.share })}
          </p>
        </div>
      )}
    </form>
  )
}
