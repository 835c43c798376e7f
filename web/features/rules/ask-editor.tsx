import { Plus, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Ask, AskGroup } from '../../../worker/features/rules/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { AudienceEditor } from './audience-editor.tsx'
import { TimeField } from './time-field.tsx'

const dayMs = 86_400_000
const groupsMax = 5
const switches = ['separationOfDuty', 'passkey', 'grantable'] as const
const endings = ['expire', 'refuse', 'allow'] as const

/** A group has no other identity than its place. */
const placed = (groups: readonly AskGroup[]) => groups.map((group, at) => ({ place: `group ${at + 1}`, at, group }))

/** Who is asked, how many of them have to agree, and what happens when they do not answer. */
export function AskEditor({ ask, change }: { ask: Ask; change: (ask: Ask) => void }) {
  const t = useT()
  const setGroup = (at: number, group: AskGroup) =>
    change({ ...ask, groups: ask.groups.map((one, index) => (index === at ? group : one)) })
  const mayGrant = !ask.passkey && ask.groups.every(({ quorum }) => quorum === 1)
  return (
    <div className="space-y-5">
      <div>
        <h3 className="mb-1.5 text-xs font-medium">{t('rules.ask.who')}</h3>
        <ol className="space-y-2">
          {placed(ask.groups).map(({ place, at, group }) => (
            <li key={place} className="rounded-md border border-line bg-canvas p-3">
              {at > 0 ? <p className="mb-2 text-2xs font-medium text-ink-2">{t('rules.ask.and')}</p> : null}
              <AudienceEditor
                label={t('rules.ask.group', { number: at + 1 })}
                value={group}
                change={(audience) => setGroup(at, { ...group, ...audience })}
              />
              <div className="mt-3 flex flex-wrap items-center gap-2 text-xs">
                <label className="flex items-center gap-2">
                  {t('rules.ask.quorum')}
                  <input
                    type="number"
                    min={1}
                    max={20}
                    className="field tnum md:h-8 w-16"
                    value={group.quorum}
                    onChange={(event) => {
                      const quorum = event.target.valueAsNumber
                      if (quorum >= 1 && quorum <= 20) setGroup(at, { ...group, quorum: Math.round(quorum) })
                    }}
                  />
                </label>
                {ask.groups.length > 1 ? (
                  <button
                    type="button"
                    className="btn btn-quiet btn-icon ml-auto"
                    aria-label={t('rules.ask.removeGroup', { number: at + 1 })}
                    onClick={() => change({ ...ask, groups: ask.groups.filter((_, index) => index !== at) })}
                  >
                    <Trash2 size={14} aria-hidden />
                  </button>
                ) : null}
              </div>
            </li>
          ))}
        </ol>
        {ask.groups.length < groupsMax ? (
          <button
            type="button"
            className="btn btn-quiet mt-2 -ml-2"
            onClick={() => change({ ...ask, groups: [...ask.groups, { roles: ['admin'], members: [], quorum: 1 }] })}
          >
            <Plus size={14} aria-hidden />
            {t('rules.ask.addGroup')}
          </button>
        ) : null}
      </div>
      <div className="space-y-2.5">
        {switches.map((name) => {
          const locked = name === 'grantable' && !mayGrant
          return (
            <Tick
              key={name}
              checked={ask[name] && !locked}
              disabled={locked}
              change={(checked) => change({ ...ask, [name]: checked })}
              hint={t(locked ? 'rules.ask.grantableLocked' : `rules.ask.${name}Hint`)}
            >
              {t(`rules.ask.${name}`)}
            </Tick>
          )
        })}
      </div>
      <div className="space-y-3">
        <h3 className="text-xs font-medium">{t('rules.ask.deadline')}</h3>
        <div className="flex flex-wrap items-center gap-2.5">
          <select
            aria-label={t('rules.ask.deadline')}
            className="field md:h-8 w-auto max-w-full"
            value={ask.expiresInMs === null ? 'requester' : 'own'}
            onChange={(event) =>
              change({ ...ask, expiresInMs: event.target.value === 'own' ? (ask.expiresInMs ?? 15 * 60_000) : null })
            }
          >
            <option value="requester">{t('rules.ask.asLongAsAsked')}</option>
            <option value="own">{t('rules.ask.after')}</option>
          </select>
          {ask.expiresInMs === null ? null : (
            <TimeField
              label={t('rules.ask.deadline')}
              valueMs={ask.expiresInMs}
              minMs={10_000}
              maxMs={30 * dayMs}
              change={(expiresInMs) => change({ ...ask, expiresInMs })}
            />
          )}
        </div>
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2 text-xs">
          <span className="text-ink-2">{t('rules.ask.onExpiry')}</span>
          {endings.map((one) => (
            <label key={one} className="flex items-center gap-1.5 max-md:min-h-11">
              <input
                type="radio"
                className="accent-[var(--accent)]"
                checked={ask.onExpiry === one}
                onChange={() => change({ ...ask, onExpiry: one })}
              />
              {t(`rules.ask.endings.${one}`)}
            </label>
          ))}
        </div>
      </div>
      <div>
        <Tick
          checked={ask.escalate !== null}
          change={(checked) =>
            change({
              ...ask,
              escalate: checked ? { afterMs: 5 * 60_000, to: { roles: ['owner', 'admin'], members: [] } } : null,
            })
          }
          hint={t('rules.ask.escalateHint')}
        >
          {t('rules.ask.escalate')}
        </Tick>
        {ask.escalate ? (
          <div className="mt-2.5 space-y-2.5 pl-6.5">
            <TimeField
              label={t('rules.ask.escalateAfter')}
              valueMs={ask.escalate.afterMs}
              minMs={10_000}
              maxMs={7 * dayMs}
              change={(afterMs) => change({ ...ask, escalate: ask.escalate && { ...ask.escalate, afterMs } })}
            />
            <AudienceEditor
              label={t('rules.ask.escalate')}
              value={ask.escalate.to}
              change={(to) => change({ ...ask, escalate: ask.escalate && { ...ask.escalate, to } })}
            />
          </div>
        ) : null}
      </div>
    </div>
  )
}

const Tick = (props: {
  checked: boolean
  disabled?: boolean
  change: (checked: boolean) => void
  hint: string
  children: ReactNode
}) => (
  <label className="flex items-start gap-2.5 text-xs max-md:min-h-11">
    <input
      type="checkbox"
      className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]"
      checked={props.checked}
      disabled={props.disabled}
      onChange={(event) => props.change(event.target.checked)}
    />
    <span>
      {props.children}
      <span className="block text-2xs text-ink-2">{props.hint}</span>
    </span>
  </label>
)
