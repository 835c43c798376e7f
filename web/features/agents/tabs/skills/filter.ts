import type { Skill } from '../../../../../worker/features/connectors/link/questions/contract.ts'

/** An agent without a filter has every skill that is ready; with one, only those that it names. */
export const isChosen = (filter: unknown, name: string): boolean => !Array.isArray(filter) || filter.includes(name)

/** The filter with a skill switched on or off. The first one switched off makes a filter of all the others. */
export const withSkill = (
  filter: unknown,
  all: readonly string[],
  name: string,
  isOn: boolean,
): string[] | undefined => {
  const chosen = Array.isArray(filter) ? filter.filter((one) => typeof one === 'string') : [...all]
  if (!isOn) return chosen.filter((one) => one !== name)
  const next = chosen.includes(name) ? chosen : [...chosen, name]
  return filter === undefined && all.every((one) => next.includes(one)) ? undefined : next
}

/** ready, or what stands in the way: the nearest thing a person could do something about comes first. */
export type SkillState = 'ready' | 'filtered' | 'disabled' | 'allowlist' | 'platform' | 'missing' | 'blocked'
export const stateOf = (skill: Skill, filter: unknown): SkillState => {
  if (!isChosen(filter, skill.name)) return 'filtered'
  if (skill.isDisabled) return 'disabled'
  if (skill.blockedBy === 'allowlist' || skill.blockedBy === 'platform') return skill.blockedBy
  const { bins, env, config, unsorted = [] } = skill.missing
  if (bins.length + env.length + config.length + unsorted.length > 0) return 'missing'
  return skill.isEligible || skill.blockedBy === 'agent_filter' ? 'ready' : 'blocked'
}
