import { z } from 'zod'
import type { Explanation, skillReasons } from './contract.ts'

type Skill = NonNullable<Explanation['skills']>[number]
type Reason = (typeof skillReasons)[number]

const Needs = z.object({
  bins: z.array(z.string()).default([]),
  anyBins: z.array(z.string()).default([]),
  env: z.array(z.string()).default([]),
  config: z.array(z.string()).default([]),
  os: z.array(z.string()).default([]),
})
const nothing = { bins: [], anyBins: [], env: [], config: [], os: [] }

const Status = z.object({
  skills: z.array(
    z.object({
      name: z.string(),
      description: z.string().default(''),
      source: z.string().default('unknown'),
      bundled: z.boolean().default(false),
      always: z.boolean().default(false),
      disabled: z.boolean().default(false),
      blockedByAllowlist: z.boolean().default(false),
      blockedByAgentFilter: z.boolean().default(false),
      eligible: z.boolean().default(false),
      modelVisible: z.boolean().default(false),
      userInvocable: z.boolean().default(false),
      requirements: Needs.default(nothing),
      missing: Needs.default(nothing),
      install: z.array(z.object({ label: z.string().default('') })).default([]),
    }),
  ),
})
type Told = z.infer<typeof Status>['skills'][number]

/** The skills of an answer of `skills.status`, the riskiest first; null for anything else. */
export const explainSkills = (answer: unknown): Skill[] | null => {
  const read = Status.safeParse(answer)
  if (!read.success) return null
  const order = { high: 0, medium: 1, low: 2 }
  return read.data.skills
    .map(explain)
    .sort((a, b) => order[a.risk] - order[b.risk] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

const explain = (skill: Told): Skill => {
  const { requirements, missing } = skill
  const reasons = reasonsOf(skill)
  return {
    ...{ name: skill.name, description: skill.description, source: skill.source, state: stateOf(skill) },
    triggers: [
      ...(skill.always ? ['always' as const] : []),
      ...(skill.modelVisible ? ['model' as const] : []),
      ...(skill.userInvocable ? ['command' as const] : []),
    ],
    permissions: {
      programs: [...requirements.bins, ...requirements.anyBins],
      secrets: requirements.env,
      settings: requirements.config,
      systems: requirements.os,
      installs: skill.install.map(({ label }) => label),
    },
    missing: [...missing.bins, ...missing.anyBins, ...missing.env, ...missing.config, ...missing.os],
    risk: riskOf(skill, reasons),
    reasons,
  }
}

const stateOf = (skill: Told): Skill['state'] => {
  if (skill.disabled) return 'disabled'
  if (skill.blockedByAllowlist || skill.blockedByAgentFilter) return 'blocked'
  return skill.eligible ? 'ready' : 'missing'
}

const reasonsOf = (skill: Told): Reason[] => {
  const { bins, anyBins, env } = skill.requirements
  const reasons: [Reason, boolean][] = [
    ['notBundled', !skill.bundled],
    ['fromWorkspace', /workspace/i.test(skill.source)],
    ['installsSoftware', skill.install.length > 0],
    ['needsSecrets', env.length > 0],
    ['runsPrograms', bins.length + anyBins.length > 0],
    ['alwaysLoaded', skill.always],
    ['modelDecides', skill.modelVisible],
  ]
  return reasons.flatMap(([reason, holds]) => (holds ? [reason] : []))
}

/**
 * high: somebody else's text, in force, that runs programs, reads secrets or lies where the agent itself can write.
 * medium: somebody else's text, or a shipped one in force with programs or secrets. low: everything else.
 */
const riskOf = (skill: Told, reasons: readonly Reason[]): Skill['risk'] => {
  const inForce = stateOf(skill) === 'ready'
  const reaches = reasons.includes('runsPrograms') || reasons.includes('needsSecrets')
  if (!skill.bundled) return inForce && (reaches || reasons.includes('fromWorkspace')) ? 'high' : 'medium'
  return inForce && reaches ? 'medium' : 'low'
}
