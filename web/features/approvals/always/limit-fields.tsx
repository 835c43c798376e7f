import { useId } from 'react'
import { useLocale } from 'use-intl'
import type { GrantDraft } from '../../../../worker/features/grants/contract.ts'
import { remaining } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Field, SelectField } from '../../../ui/field.tsx'
import { lifetimesMs } from './draft.ts'

const usesLimit = 1_000_000

/** Until when and how often it holds, and whether the gateway is to remember it as well. */
export function LimitFields(props: {
  draft: GrantDraft
  change: (draft: GrantDraft) => void
  isGatewayOffered: boolean
  connector: string | null
}) {
  const t = useT()
  const id = useId()
  const locale = useLocale()
  const { draft, change } = props
  return (
    <>
      <div className="mt-4 grid gap-4 sm:grid-cols-2">
        <SelectField
          label={t('approvals.always.lifetime')}
          value={String(draft.expiresInMs)}
          onChange={(event) => change({ ...draft, expiresInMs: Number(event.target.value) })}
        >
          {lifetimesMs
            .toSorted((a, b) => a - b)
            .map((ms) => (
              <option key={ms} value={ms}>
                {remaining(locale, ms)}
              </option>
            ))}
        </SelectField>
        <Field
          label={t('approvals.always.uses')}
          type="number"
          inputMode="numeric"
          min={1}
          max={usesLimit}
          placeholder={t('approvals.always.anyUses')}
          value={draft.usesMax ?? ''}
          onChange={(event) => {
            const uses = Math.trunc(event.target.valueAsNumber)
            change({ ...draft, usesMax: uses >= 1 ? Math.min(uses, usesLimit) : null })
          }}
        />
      </div>
      {props.isGatewayOffered ? (
        <label htmlFor={id} className="mt-4 flex items-start gap-2.5 max-md:min-h-11">
          <input
            id={id}
            type="checkbox"
            checked={draft.atGateway}
            onChange={(event) => change({ ...draft, atGateway: event.target.checked })}
            className="mt-1 size-4 shrink-0 accent-[var(--accent)]"
          />
          <span>
            {t('approvals.always.atGateway', { connector: props.connector ?? '' })}
            <span className="block text-2xs text-ink-2">{t('approvals.always.atGatewayHint')}</span>
          </span>
        </label>
      ) : null}
    </>
  )
}
