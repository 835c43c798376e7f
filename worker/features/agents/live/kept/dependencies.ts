import { z } from 'zod'
import type { OrganizationContext } from '../../../../platform/context.ts'
import type { Skill } from '../../../connectors/link/questions/contract.ts'
import { newestContent } from '../../../snapshots/versions/index.ts'
import type { Kept } from './kept.ts'

const SkillOfVersion = z.object({
  key: z.string(),
  source: z.string(),
  state: z.string(),
  needs: z.array(z.string()),
  version: z.string().nullable().default(null),
})
/** As `snapshots/taking/dependencies.ts` writes them; what an older one did not write is not there. */
const Dependencies = z.object({
  skills: z.array(SkillOfVersion).default([]),
  models: z.array(z.object({ id: z.string(), availability: z.string() })).default([]),
})

const newestDependencies = async (ctx: OrganizationContext, agentId: string) => {
  const kept = await newestContent(ctx, agentId, 'dependency_meta')
  const read = Dependencies.safeParse(kept?.content)
  return kept && read.success ? { ...read.data, at: kept.at } : null
}

/** The skills of the newest version: what each is, and what it lacks. What it says of itself is not kept. */
export const keptSkills = async (ctx: OrganizationContext, agentId: string): Promise<Kept | null> => {
  const kept = await newestDependencies(ctx, agentId)
  if (!kept) return null
  const skills = kept.skills.slice(0, 500).map(skillOf)
  return { answer: { question: 'skills', skills, isComplete: true }, at: kept.at, source: 'snapshot' }
}

const blocks = ['allowlist', 'agent_filter', 'platform'] as const

const skillOf = ({ key, source, state, needs, version }: z.infer<typeof SkillOfVersion>): Skill => ({
  ...{ key, name: key, description: '', source, isBundled: source === 'openclaw-bundled' },
  ...{ isDisabled: state === 'disabled', isEligible: state === 'ready' },
  blockedBy: blocks.find((block) => block === state) ?? null,
  requires: null,
  missing: { bins: [], env: [], config: [], unsorted: needs.slice(0, 50) },
  version,
})

/** The models that the agent's configuration names, of which the newest version says whether they are there. */
export const keptModels = async (ctx: OrganizationContext, agentId: string): Promise<Kept | null> => {
  const kept = await newestDependencies(ctx, agentId)
  if (!kept) return null
  const models = kept.models
    .filter(({ availability }) => availability !== 'unknown')
    .map(({ id, availability }) => {
      const slash = id.indexOf('/')
      return {
        ...{ id: id.slice(slash + 1), name: id, provider: id.slice(0, Math.max(0, slash)) },
        ...{ contextWindow: null, isReasoning: null, isAvailable: availability === 'available' },
      }
    })
  return { answer: { question: 'models', models, isComplete: false }, at: kept.at, source: 'snapshot' }
}
