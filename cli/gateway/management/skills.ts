import { z } from 'zod'
import type { AnswerTo, Skill } from '../../../worker/features/connectors/link/questions/contract.ts'
import { cut, cutOrNull } from '../bounded.ts'
import type { GatewaySession } from '../session.ts'
import { isHere } from './here.ts'
import { readSkillFile } from './skill-file.ts'

const text = z.string().catch('')
const names = z.array(z.string()).catch([])
const flag = z.boolean().catch(false)

const nothing = { bins: [], anyBins: [], env: [], config: [], os: [] }
const Needs = z.object({ bins: names, anyBins: names, env: names, config: names, os: names }).catch(nothing)
const Install = z.object({ kind: text, label: text, bins: names })
const SkillRow = z.object({
  name: z.string(),
  description: text,
  source: text,
  skillKey: z.string().optional(),
  bundled: flag,
  disabled: flag,
  eligible: flag,
  blockedByAllowlist: flag,
  blockedByAgentFilter: flag,
  platformIncompatible: flag,
  always: flag,
  modelVisible: flag,
  commandVisible: flag,
  homepage: z.string().nullish().catch(null),
  clawhub: z
    .object({ slug: z.string(), installedVersion: z.string().nullish().catch(null) })
    .nullish()
    .catch(null),
  filePath: text,
  install: z.array(Install).catch([]),
  requirements: Needs,
  missing: Needs,
})
type SkillRow = z.infer<typeof SkillRow>

const Commands = z.object({
  commands: z.array(z.object({ name: text, source: text })).catch([]),
})

/** The skills of an agent as the gateway read them from their files, and the command that starts each. */
export async function listSkills(session: GatewaySession, agentId: string): Promise<AnswerTo<'skills'>> {
  const { skills } = await session.call('skills.status', { agentId }, z.object({ skills: z.array(SkillRow) }), 60_000)
  const [commands, here] = await Promise.all([commandsOf(session, agentId), isHere(session)])
  const read = skills.slice(0, 500).map(async (skill) => ({
    ...ofSkill(skill, commandOf(skill.name, commands)),
    ...(await versionOf(skill, here)),
  }))
  return {
    question: 'skills',
    skills: await Promise.all(read),
    isComplete: skills.length <= 500,
  }
}

/** What was installed from a registry has its version; of all others their own file may say one. */
async function versionOf({ clawhub, filePath }: SkillRow, here: boolean): Promise<Pick<Skill, 'version' | 'content'>> {
  const { version, content } = here ? await readSkillFile(filePath) : { version: null, content: null }
  return { version: cutOrNull(clawhub?.installedVersion ?? version), content }
}

/** The names of commands that start skills. A gateway that does not list them has skills all the same. */
async function commandsOf(session: GatewaySession, agentId: string): Promise<ReadonlySet<string>> {
  const params = { agentId, scope: 'text', includeArgs: false }
  const { commands } = await session
    .call('commands.list', params, Commands, 60_000)
    .catch((): z.infer<typeof Commands> => ({ commands: [] }))
  return new Set(commands.filter(({ source }) => source === 'skill').map(({ name }) => name))
}

/** A skill's command has its name, in the characters that a command may have. */
const commandOf = (skill: string, commands: ReadonlySet<string>): string | null => {
  const name = skill.toLowerCase().replace(/[^a-z0-9_]+/g, '_')
  return commands.has(name) ? name : null
}

const ofSkill = (skill: SkillRow, command: string | null): Skill => ({
  key: cut(skill.skillKey ?? skill.name),
  name: cut(skill.name),
  description: cut(skill.description, 1_000),
  source: cut(skill.source),
  isBundled: skill.bundled,
  isDisabled: skill.disabled,
  isEligible: skill.eligible,
  blockedBy: blockedBy(skill),
  requires: ofNeeds(skill.requirements),
  missing: ofNeeds(skill.missing),
  declares: {
    isAlways: skill.always,
    isModelVisible: skill.modelVisible,
    isCommandVisible: skill.commandVisible,
    command: cutOrNull(command),
    anyBins: cutNames(skill.requirements.anyBins),
    systems: cutNames(skill.requirements.os),
    installs: skill.install
      .slice(0, 20)
      .map(({ kind, label, bins }) => ({ kind: cut(kind), label: cut(label), bins: cutNames(bins) })),
    homepage: cutOrNull(skill.homepage, 1_000),
    registry: cutOrNull(skill.clawhub?.slug),
  },
})

const blockedBy = (skill: SkillRow): Skill['blockedBy'] => {
  if (skill.blockedByAllowlist) return 'allowlist'
  if (skill.blockedByAgentFilter) return 'agent_filter'
  return skill.platformIncompatible ? 'platform' : null
}

const ofNeeds = ({ bins, env, config }: SkillRow['requirements']) => ({
  bins: cutNames(bins),
  env: cutNames(env),
  config: cutNames(config),
})

const cutNames = (list: string[]): string[] => list.slice(0, 50).map((name) => cut(name))
