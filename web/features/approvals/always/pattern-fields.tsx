import type { ReactNode } from 'react'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import type { GrantPattern } from '../../../../worker/features/grants/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SelectField } from '../../../ui/field.tsx'
import { type Place, placeOf, spelledOut, withArgument, withMore, withPlace, withWord } from './draft.ts'

const places: Place[] = ['exact', 'within', 'any']

/** Widens or narrows the pattern by hand: whose agent, which words, which arguments, where. */
export function PatternFields(props: {
  approval: Approval
  /** The narrowest pattern: what was asked, letter by letter. */
  exact: GrantPattern
  pattern: GrantPattern
  change: (pattern: GrantPattern) => void
}) {
  const t = useT()
  const { approval, exact, change } = props
  const pattern = spelledOut(props.pattern, exact)
  const asked = exact.arguments ?? {}
  return (
    <details className="mt-4">
      <summary className="w-fit text-xs text-ink-2 hover:text-ink max-md:py-3">{t('approvals.always.adjust')}</summary>
      <div className="mt-3 space-y-4">
        {pattern.words && exact.words ? (
          <Chips name={t('approvals.always.words')} hint={t('approvals.always.wordsHint')}>
            {exact.words.words.map((word, at) => {
              const text = 'exact' in word ? word.exact : ''
              const current = pattern.words?.words[at]
              const isAny = current !== undefined && 'any' in current
              return (
                <Chip
                  key={`${exact.words?.words.slice(0, at).length} ${text}`}
                  isExact={!isAny}
                  disabled={at === 0}
                  toggle={() => change(withWord(pattern, exact, at))}
                >
                  {isAny ? t('grants.anyWord') : text}
                </Chip>
              )
            })}
            <Chip plain isExact={!pattern.words.more} toggle={() => change(withMore(pattern, !pattern.words?.more))}>
              {pattern.words.more ? t('grants.moreWords') : t('approvals.always.nothingMore')}
            </Chip>
          </Chips>
        ) : null}
        {Object.keys(asked).length > 0 ? (
          <Chips name={t('approvals.arguments')} hint={t('approvals.always.argumentsHint')}>
            {Object.entries(asked).map(([name, value]) => {
              const isExact = pattern.arguments !== null && name in pattern.arguments
              return (
                <Chip key={name} isExact={isExact} toggle={() => change(withArgument(pattern, asked, name))}>
                  {isExact ? `${name}=${JSON.stringify(value)}` : `${name}=…`}
                </Chip>
              )
            })}
          </Chips>
        ) : null}
        <div className="grid gap-4 sm:grid-cols-2">
          {approval.agentId ? (
            <SelectField
              label={t('approvals.always.agent')}
              value={pattern.agentId === null ? 'any' : 'this'}
              onChange={(event) =>
                change({ ...pattern, agentId: event.target.value === 'any' ? null : approval.agentId })
              }
            >
              <option value="this">
                {t('approvals.always.onlyAgent', { name: approval.agentName ?? approval.agentId })}
              </option>
              <option value="any">{t('approvals.always.anyAgent')}</option>
            </SelectField>
          ) : null}
          {approval.cwd ? (
            <SelectField
              label={t('approvals.cwd')}
              hint={<code className="font-mono break-all">{approval.cwd}</code>}
              value={placeOf(pattern)}
              onChange={(event) => {
                const place = places.find((one) => one === event.target.value)
                if (place) change(withPlace(pattern, approval.cwd ?? '', place))
              }}
            >
              {places.map((place) => (
                <option key={place} value={place}>
                  {t(`approvals.always.place.${place}`)}
                </option>
              ))}
            </SelectField>
          ) : null}
        </div>
      </div>
    </details>
  )
}

function Chips({ name, hint, children }: { name: string; hint: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend className="mb-1 text-xs font-medium">{name}</legend>
      <p className="mb-2 text-2xs text-ink-2">{hint}</p>
      <div className="flex flex-wrap gap-1.5">{children}</div>
    </fieldset>
  )
}

/** A word that has to be exactly this one, or a gap that anything fits in. */
function Chip(props: {
  isExact: boolean
  plain?: boolean
  disabled?: boolean
  toggle: () => void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      aria-pressed={props.isExact}
      disabled={props.disabled}
      onClick={props.toggle}
      className={`min-h-7 max-w-full truncate rounded-sm border px-2 text-2xs max-md:min-h-11 max-md:px-3 ${props.plain ? '' : 'font-mono'} ${props.isExact ? 'border-line-2 bg-surface text-ink' : 'border-dashed border-field font-sans text-ink-2'} disabled:bg-sunken`}
    >
      {props.children}
    </button>
  )
}
