import { type ReactNode, useDeferredValue, useState } from 'react'
import type { Explanation } from '../../../worker/features/agents/explain/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Chip, Dot, type Tone } from '../../ui/badge.tsx'
import { Filter } from '../../ui/field.tsx'
import { RiskGlyph, riskText } from '../../ui/risk.tsx'

type Skill = NonNullable<Explanation['skills']>[number]
const states = ['ready', 'missing', 'disabled', 'blocked'] as const
const tones: Record<Skill['state'], Tone> = { ready: 'good', missing: 'off', disabled: 'off', blocked: 'bad' }
const permissions = ['programs', 'anyPrograms', 'secrets', 'settings', 'systems', 'installs'] as const

const wordsOf = ({ name, description, permissions: needs }: Skill): string =>
  [name, description, ...permissions.flatMap((each) => needs[each])].join(' ').toLowerCase()

/** The skills of an agent, the riskiest first: what each declares, what starts it, and why it is a risk. */
export function Skills({ skills }: { skills: Explanation['skills'] }) {
  const t = useT()
  const [query, setQuery] = useState('')
  const [state, setState] = useState('')
  const wanted = useDeferredValue(query.trim().toLowerCase())
  if (skills === null) return <Sentence>{t('explainer.skills.notAsked')}</Sentence>
  if (skills.length === 0) return <Sentence>{t('explainer.skills.empty')}</Sentence>
  const shown = skills.filter((skill) => (state === '' || skill.state === state) && wordsOf(skill).includes(wanted))
  return (
    <section aria-label={t('explainer.skills.title')}>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <h2 className="mr-2 font-medium max-md:basis-full">{t('explainer.skills.title')}</h2>
        <input
          type="search"
          aria-label={t('explainer.skills.search')}
          placeholder={t('explainer.skills.search')}
          className="field max-w-64 md:h-8 max-md:max-w-none"
          value={query}
          maxLength={100}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Filter label={t('explainer.skills.state')} value={state} onChange={(event) => setState(event.target.value)}>
          <option value="">{t('explainer.skills.anyState')}</option>
          {states.map((each) => (
            <option key={each} value={each}>
              {t(`explainer.skills.states.${each}`)}
            </option>
          ))}
        </Filter>
        <span role="status" className="tnum ml-auto text-2xs text-ink-2">
          {t('explainer.settings.shown', { shown: shown.length, total: skills.length })}
        </span>
      </div>
      {shown.length === 0 ? (
        <Sentence>{t('explainer.skills.none')}</Sentence>
      ) : (
        <ul className="hairlines">
          {shown.map((skill) => (
            <SkillRow key={skill.name} skill={skill} />
          ))}
        </ul>
      )}
    </section>
  )
}

const Sentence = ({ children }: { children: string }) => (
  <p className="border-y border-line py-6 text-center text-ink-2">{children}</p>
)

function SkillRow({ skill }: { skill: Skill }) {
  const t = useT()
  const declared = permissions.filter((each) => skill.permissions[each].length > 0)
  return (
    <li className="calm grid gap-x-6 gap-y-2 py-3 lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className={`inline-flex items-center gap-1.5 text-2xs font-medium ${riskText[skill.risk]}`}>
            <RiskGlyph risk={skill.risk} silent />
            {t(`explainer.skills.risk.${skill.risk}`)}
          </span>
          <span className="font-medium break-all">{skill.name}</span>
          <Dot tone={tones[skill.state]} quiet>
            {t(`explainer.skills.states.${skill.state}`)}
          </Dot>
        </p>
        <p className="mt-0.5 line-clamp-2 text-xs text-pretty text-ink-2">{skill.description}</p>
        {skill.reasons.length > 0 ? (
          <p className="mt-1.5 flex flex-wrap gap-1">
            {skill.reasons.map((reason) => (
              <Chip key={reason}>{t(`explainer.skills.reason.${reason}`)}</Chip>
            ))}
          </p>
        ) : null}
      </div>
      <dl className="grid min-w-0 grid-cols-[auto_minmax(0,1fr)] content-start gap-x-3 gap-y-0.5 text-2xs">
        <Line name={t('explainer.skills.triggers')}>
          <Triggers skill={skill} />
        </Line>
        <Line name={t('explainer.skills.source')}>
          <span className="font-mono">{skill.source}</span>
          {skill.registry ? ` · ${skill.registry}` : null}
        </Line>
        {declared.map((each) => (
          <Line key={each} name={t(`explainer.skills.permission.${each}`)}>
            <span className="font-mono">{skill.permissions[each].join(', ')}</span>
          </Line>
        ))}
        {declared.length === 0 ? <Line name={t('explainer.skills.nothingDeclared')}>{null}</Line> : null}
        {skill.missing.length > 0 ? (
          <Line name={t('explainer.skills.lacks')}>
            <span className="font-mono text-high">{skill.missing.join(', ')}</span>
          </Line>
        ) : null}
        {skill.homepage?.startsWith('https://') ? (
          <Line name={t('explainer.skills.homepage')}>
            <a href={skill.homepage} target="_blank" rel="noreferrer" className="link break-all">
              {skill.homepage.slice('https://'.length)}
            </a>
          </Line>
        ) : null}
      </dl>
    </li>
  )
}

const Line = ({ name, children }: { name: string; children: ReactNode }) => (
  <>
    <dt className="text-ink-3">{name}</dt>
    <dd className="min-w-0 break-words text-ink-2">{children}</dd>
  </>
)

function Triggers({ skill }: { skill: Skill }) {
  const t = useT()
  if (!skill.isDeclared) return t('explainer.skills.triggersUnknown')
  if (skill.triggers.length === 0) return t('explainer.skills.never')
  const command = skill.command ? `/${skill.command}` : ''
  return skill.triggers.map((trigger) => t(`explainer.skills.trigger.${trigger}`, { command })).join(t('state.comma'))
}
