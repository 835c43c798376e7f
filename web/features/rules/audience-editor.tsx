import { useQuery } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { Audience } from '../../../worker/features/rules/contract.ts'
import { capabilityTable, type Role, roles } from '../../../worker/platform/access/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { membersQuery } from '../audit/names.ts'

const deciders: readonly Role[] = capabilityTable['approvals.decide']

/** Roles and people, any of whom will do; only such as may decide at all are offered. */
export function AudienceEditor(props: { label: string; value: Audience; change: (value: Audience) => void }) {
  const t = useT()
  const { value } = props
  const members = useQuery(membersQuery).data?.items ?? []
  const [adding, setAdding] = useState(false)
  const others = members.filter(({ userId, role }) => !value.members.includes(userId) && deciders.includes(role))
  const offered = roles.filter((role) => deciders.includes(role) || value.roles.includes(role))
  const toggle = (role: (typeof roles)[number]) =>
    props.change({
      ...value,
      roles: value.roles.includes(role)
        ? value.roles.filter((one) => one !== role)
        : roles.filter((one) => one === role || value.roles.includes(one)),
    })
  const pill = 'inline-flex h-7 items-center gap-1 rounded-full border px-2.5 text-2xs max-md:h-10 max-md:px-3.5'
  return (
    <fieldset>
      <legend className="sr-only">{props.label}</legend>
      <div className="flex flex-wrap items-center gap-1.5">
        {offered.map((role) => (
          <button
            key={role}
            type="button"
            aria-pressed={value.roles.includes(role)}
            onClick={() => toggle(role)}
            className={`${pill} border-line-2 text-ink-2 hover:bg-sunken aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-ink`}
          >
            {t(`role.${role}`)}
          </button>
        ))}
        {value.members.map((id) => {
          const name = members.find((one) => one.userId === id)?.name ?? id
          return (
            <button
              key={id}
              type="button"
              aria-label={t('rules.ask.removePerson', { name })}
              onClick={() => props.change({ ...value, members: value.members.filter((one) => one !== id) })}
              className={`${pill} border-accent bg-accent-soft font-medium`}
            >
              {name}
              <X size={12} aria-hidden />
            </button>
          )
        })}
        {adding ? (
          <select
            aria-label={t('rules.ask.person')}
            // The field was asked for just now, by this very button.
            ref={(field) => field?.focus()}
            className="h-7 max-w-48 rounded-md border border-field bg-surface px-1.5 text-2xs max-md:h-10"
            value=""
            onBlur={() => setAdding(false)}
            onChange={(event) => {
              setAdding(false)
              if (event.target.value) props.change({ ...value, members: [...value.members, event.target.value] })
            }}
          >
            <option value="">{t('rules.ask.choosePerson')}</option>
            {others.map((member) => (
              <option key={member.userId} value={member.userId}>
                {member.name}
              </option>
            ))}
          </select>
        ) : others.length > 0 ? (
          <button
            type="button"
            onClick={() => setAdding(true)}
            className={`${pill} border-dashed border-field text-ink-2 hover:text-ink`}
          >
            <Plus size={12} aria-hidden />
            {t('rules.ask.person')}
          </button>
        ) : null}
      </div>
    </fieldset>
  )
}
