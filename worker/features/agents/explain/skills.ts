import type { Skill } from '../../connectors/link/questions/contract.ts'
import type { Explanation, skillReasons } from './contract.ts'

type Explained = NonNullable<Explanation['skills']>[number]
type Reason = (typeof skillReasons)[number]

/** What the gateway tells of an agent's skills, the riskiest first; null where it was not asked. */
export const explainSkills = (skills: readonly Skill[] | null): Explained[] | null => {
  if (!skills) return null
  const order = { high: 0, medium: 1, low: 2 }
  return skills
    .map(explain)
    .sort((a, b) => order[a.risk] - order[b.risk] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

const explain = (skill: Skill): Explained => {
  const { missing, declares } = skill
  const requires = requiredBy(skill)
  const reasons = reasonsOf(skill)
  return {
    ...{ name: skill.name, description: skill.description, source: skill.source, state: stateOf(skill) },
    triggers: [
      ...(declares?.isAlways ? ['always' as const] : []),
      ...(declares?.isModelVisible ? ['model' as const] : []),
      ...(declares?.isCommandVisible ? ['command' as const] : []),
    ],
    ...{ isDeclared: declares !== undefined, command: declares?.command ?? null },
    ...{ homepage: declares?.homepage ?? null, registry: declares?.registry ?? null },
    permissions: {
      ...{ programs: requires.bins, anyPrograms: declares?.anyBins ?? [] },
      ...{ secrets: requires.env, settings: requires.config, systems: declares?.systems ?? [] },
      installs: (declares?.installs ?? []).map(({ label }) => label),
    },
    missing: [...missing.bins, ...missing.env, ...missing.config, ...(missing.unsorted ?? [])],
    risk: riskOf(skill, reasons),
    reasons,
  }
}

const stateOf = ({ isDisabled, isEligible, blockedBy }: Skill): Explained['state'] => {
  if (isDisabled) return 'disabled'
  if (blockedBy === 'allowlist' || blockedBy === 'agent_filter') return 'blocked'
  return isEligible ? 'ready' : 'missing'
}

const requiredBy = ({ requires }: Skill) => requires ?? { bins: [], env: [], config: [] }

const reasonsOf = (skill: Skill): Reason[] => {
  const { isBundled, source, declares } = skill
  const requires = requiredBy(skill)
  const reasons: [Reason, boolean][] = [
    ['notBundled', !isBundled],
    ['fromWorkspace', /workspace/i.test(source)],
    ['fromRegistry', declares?.registry != null],
    ['installsSoftware', (declares?.installs.length ?? 0) > 0],
    ['needsSecrets', requires.env.length > 0],
    ['runsPrograms', requires.bins.length + (declares?.anyBins.length ?? 0) > 0],
    ['alwaysLoaded', declares?.isAlways === true],
    ['modelDecides', declares?.isModelVisible === true],
  ]
  return reasons.flatMap(([reason, holds]) => (holds ? [reason] : []))
}

/**
 * high: somebody else's text, in force, that runs programs, reads secrets or lies where the agent itself can write.
 * medium: somebody else's text, or a shipped one in force with programs or secrets. low: everything else.
 */
const riskOf = (skill: Skill, reasons: readonly Reason[]): Explained['risk'] => {
  const inForce = stateOf(skill) === 'ready'
  const reaches = reasons.includes('runsPrograms') || reasons.includes('needsSecrets')
  if (!skill.isBundled) return inForce && (reaches || reasons.includes('fromWorkspace')) ? 'high' : 'medium'
  return inForce && reaches ? 'medium' : 'low'
}
