import { useQuery } from '@tanstack/react-query'
import { Puzzle } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import type { Skill } from '../../../../../worker/features/connectors/link/questions/contract.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { Chip, Dot, type Tone } from '../../../../ui/badge.tsx'
import { Filter } from '../../../../ui/field.tsx'
import { Empty, Note, Skeleton } from '../../../../ui/state.tsx'
import { skillsQuery } from '../../at-gateway.ts'
import { useEditing } from '../../draft/draft-context.ts'
import { FreshnessNote } from '../../freshness-note.tsx'
import { NotRead } from '../../not-read.tsx'
import { useAgent } from '../agent-context.ts'
import { ConfigGate } from '../config-gate.tsx'
import { isChosen, type SkillState, stateOf, withSkill } from './filter.ts'

const tones: Record<SkillState, Tone> = {
  ready: 'good',
  filtered: 'off',
  disabled: 'off',
  allowlist: 'warn',
  platform: 'off',
  missing: 'warn',
  blocked: 'warn',
}
const shownStates = ['all', 'ready', 'notReady'] as const

/** The skills of an agent: what each lacks, and which of them its filter lets through. */
export function AgentSkillsTab() {
  const t = useT()
  const agent = useAgent()
  const found = useQuery(skillsQuery(agent.id))
  const skills = found.data?.skills ?? []
  return (
    <ConfigGate>
      <FreshnessNote freshness={found.data?.freshness} />
      {found.isPending ? (
        <Skeleton rows={10} height={52} />
      ) : found.isError && !found.data ? (
        <NotRead what={t('agent.skills.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : skills.length === 0 ? (
        <Empty
          icon={<Puzzle size={20} strokeWidth={1.75} aria-hidden />}
          title={t('agent.skills.none')}
          body={t('agent.skills.noneBody')}
        />
      ) : (
        <SkillList skills={skills} isComplete={found.data?.isComplete ?? true} />
      )}
    </ConfigGate>
  )
}

function SkillList({ skills, isComplete }: { skills: readonly Skill[]; isComplete: boolean }) {
  const t = useT()
  const { draft } = useEditing()
  const [query, setQuery] = useState('')
  const [shown, setShown] = useState<(typeof shownStates)[number]>('all')
  const words = useDeferredValue(query.trim().toLowerCase())
  const filter = draft.valueAt(['skills'])
  const ready = skills.filter((skill) => stateOf(skill, filter) === 'ready').length
  const listed = skills
    .filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(words))
    .filter((skill) => shown === 'all' || (stateOf(skill, filter) === 'ready') === (shown === 'ready'))
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <input
          type="search"
          className="field max-w-64 md:h-8 max-md:max-w-none"
          aria-label={t('agent.skills.search')}
          placeholder={t('agent.skills.search')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Filter
          label={t('agent.skills.show')}
          value={shown}
          onChange={(event) => setShown(shownStates.find((one) => one === event.target.value) ?? 'all')}
        >
          {shownStates.map((one) => (
            <option key={one} value={one}>
              {t(`agent.skills.shown.${one}`)}
            </option>
          ))}
        </Filter>
        <p className="tnum ml-auto text-xs text-ink-2">{t('agent.skills.count', { ready, all: skills.length })}</p>
      </div>
      <div className="mb-3 flex flex-wrap items-center gap-2 text-xs text-ink-2">
        <p className="min-w-0 flex-1">
          {Array.isArray(filter) ? t('agent.skills.hasFilter', { count: filter.length }) : t('agent.skills.noFilter')}
        </p>
        {Array.isArray(filter) && draft.bar === null ? (
          <button type="button" className="btn" onClick={() => draft.setAt(['skills'], undefined)}>
            {t('agent.skills.dropFilter')}
          </button>
        ) : null}
      </div>
      {isComplete ? null : <Note tone="warn">{t('agent.incomplete')}</Note>}
      {listed.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('agent.skills.noneFound')}</p>
      ) : (
        <ul className="hairlines">
          {listed.map((skill) => (
            <SkillRow key={skill.key} skill={skill} names={skills.map(({ name }) => name)} />
          ))}
        </ul>
      )}
    </>
  )
}

function SkillRow({ skill, names }: { skill: Skill; names: readonly string[] }) {
  const t = useT()
  const { draft, saving } = useEditing()
  const filter = draft.valueAt(['skills'])
  const state = stateOf(skill, filter)
  const isOn = isChosen(filter, skill.name)
  const lacks = (['bins', 'env', 'config', 'unsorted'] as const).flatMap((kind) => {
    const names = skill.missing[kind] ?? []
    return names.length > 0 ? [{ kind, names }] : []
  })
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-1 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium">{skill.name}</span>
          <Chip>{skill.isBundled ? t('agent.skills.bundled') : skill.source}</Chip>
        </p>
        <p className="line-clamp-2 max-w-[80ch] text-xs text-ink-2">{skill.description}</p>
        {lacks.map(({ kind, names: of }) => (
          <p key={kind} className="mt-0.5 text-2xs text-medium">
            {t(`agent.skills.lacks.${kind}`)} <code className="font-mono">{of.join(', ')}</code>
          </p>
        ))}
      </div>
      <span className="w-32 pt-0.5 max-md:w-auto">
        <Dot tone={tones[state]} quiet>
          {t(`agent.skills.state.${state}`)}
        </Dot>
      </span>
      <label className="inline-flex h-7 items-center gap-2 text-xs max-md:h-9">
        <input
          type="checkbox"
          className="size-4 accent-[var(--accent)]"
          checked={isOn}
          disabled={draft.bar !== null || saving.isUnderWay}
          aria-label={t('agent.skills.letThrough', { name: skill.name })}
          onChange={(event) => draft.setAt(['skills'], withSkill(filter, names, skill.name, event.target.checked))}
        />
        {t(isOn ? 'agent.value.on' : 'agent.value.off')}
      </label>
    </li>
  )
}
