import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { askGateway, type DescribedAgent, differencesOf, getAgent, nodeAt, schemaNode } from '../../agents/index.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import type { RollbackPreview, RollbackTo } from '../contract.ts'
import { namesIn } from '../taking/dependencies.ts'
import { refuseUnreadable } from '../versions/readable.ts'
import { viewSnapshot } from '../versions/view.ts'
import { planRollback, type RollbackPlan } from './plan.ts'

/** Beyond these the gateway is not asked how it takes a change. */
const lookedUpMax = 12

/** Says what going back would do, and changes nothing but that what is live is saved. Throws as `planRollback` does. */
export const previewRollback = async (
  ctx: OrganizationContext,
  agentId: string,
  wanted: RollbackTo,
): Promise<RollbackPreview> => {
  refuseUnreadable(ctx, wanted.scope)
  const agent = await getAgent(ctx, agentId)
  const plan = await planRollback(ctx, agent, wanted)
  const [kinds, missing] = await Promise.all([reloadKindsOf(ctx, agent, plan), missingOf(ctx, agent, plan)])
  const { changes, risk, secrets, blocked, left, digest } = plan
  return {
    to: viewSnapshot(plan.to),
    live: viewSnapshot(plan.live),
    changes,
    risk,
    needsApproval: risk === 'critical',
    secrets,
    blocked,
    left,
    restarts: kinds.includes('restart'),
    missing,
    exact: plan.targetHash === plan.to.hash,
    digest,
  }
}

/** How the gateway takes the change, as far as it says. Files it reads when it needs them. */
const reloadKindsOf = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { scope, before, target, changes }: RollbackPlan,
): Promise<(string | null | undefined)[]> => {
  if (scope === 'workspace_bundle') return []
  if (scope === 'bindings') return changes.length === 0 ? [] : [(await schemaNode(ctx, agent, 'bindings'))?.reloadKind]
  const paths = differencesOf(before, target).slice(0, lookedUpMax)
  return Promise.all(paths.map(async ({ path }) => (await nodeAt(ctx, agent, path))?.reloadKind))
}

/** What a version names and its gateway does not have now: models, skills and channels. Null where nobody could say. */
const missingOf = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { scope, target }: RollbackPlan,
): Promise<RollbackPreview['missing']> => {
  if (scope === 'workspace_bundle') return []
  try {
    return await (scope === 'bindings' ? missingChannels(ctx, agent, target) : missingOfEntry(ctx, agent, target))
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

const missingOfEntry = async (ctx: OrganizationContext, agent: DescribedAgent, target: Tree) => {
  const [models, skills] = await Promise.all([
    askGateway(ctx, agent, { question: 'models', agent: agent.externalId }),
    askGateway(ctx, agent, { question: 'skills', agent: agent.externalId }),
  ])
  if (!models.answer.isComplete || !skills.answer.isComplete) return null
  const knownModels = new Set(models.answer.models.flatMap(({ id, provider }) => [id, `${provider}/${id}`]))
  const knownSkills = new Set(skills.answer.skills.flatMap(({ key, name }) => [key, name]))
  return [
    ...namesIn(target.model).flatMap((name) => (knownModels.has(name) ? [] : [{ kind: 'model' as const, name }])),
    ...textsIn(target.skills).flatMap((name) => (knownSkills.has(name) ? [] : [{ kind: 'skill' as const, name }])),
  ]
}

/** A binding to a channel that is not set up is taken by the gateway and never matches anything. */
const missingChannels = async (ctx: OrganizationContext, agent: DescribedAgent, target: Tree) => {
  const { answer } = await askGateway(ctx, agent, { question: 'channels' })
  const known = new Set(answer.channels.flatMap(({ id, isConfigured }) => (isConfigured === false ? [] : [id])))
  const named = new Set(Bindings.parse(target.bindings ?? []).flatMap(({ match }) => match?.channel ?? []))
  return [...named].flatMap((name) => (known.has(name) ? [] : [{ kind: 'channel' as const, name }]))
}

const Bindings = z.array(z.object({ match: z.object({ channel: z.string().optional().catch(undefined) }).optional() }))

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
