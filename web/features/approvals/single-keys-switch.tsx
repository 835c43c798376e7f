import { useId } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { turnSingleKeys, useSingleKeys } from './keys.ts'

/** Turns the shortcuts of a single letter on and off. */
export function SingleKeysSwitch() {
  const t = useT()
  const id = useId()
  const on = useSingleKeys()
  return (
    <label htmlFor={id} className="flex items-start gap-2.5 max-md:min-h-11">
      <input
        id={id}
        type="checkbox"
        checked={on}
        onChange={(event) => turnSingleKeys(event.target.checked)}
        className="mt-1 size-4 shrink-0 accent-[var(--accent)]"
      />
      <span>
        {t('keys.single')}
        <span className="block text-2xs text-ink-2">{t('keys.singleHint')}</span>
      </span>
    </label>
  )
}
