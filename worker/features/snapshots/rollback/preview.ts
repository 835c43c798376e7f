import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { askGateway, type DescribedAgent, differencesOf, getAgent, nodeAt, schemaNode } from '../../agents/index.ts'
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
  const dependsOn = namedIn(plan)
  const [kinds, missing] = await Promise.all([reloadKindsOf(ctx, agent, plan), missingOf(ctx, agent, dependsOn)])
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
    dependsOn,
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

type Dependency = RollbackPreview['dependsOn'][number]

/** What the target names and does not bring along. */
const namedIn = ({ scope, target }: RollbackPlan): Dependency[] => {
  if (scope === 'workspace_bundle') return []
  if (scope !== 'bindings')
    return [
      ...namesIn(target.model).map((name) => ({ kind: 'model' as const, name })),
      ...textsIn(target.skills).map((name) => ({ kind: 'skill' as const, name })),
    ]
  const channels = Bindings.parse(target.bindings ?? []).flatMap(({ match }) => match?.channel ?? [])
  return [...new Set(channels)].map((name) => ({ kind: 'channel' as const, name }))
}

/** Of these what the gateway does not have now; null where nobody could say. */
const missingOf = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  named: readonly Dependency[],
): Promise<RollbackPreview['missing']> => {
  if (named.length === 0) return []
  try {
    const there = await (named.some(({ kind }) => kind === 'channel')
      ? channelsThere(ctx, agent)
      : modelsAndSkillsThere(ctx, agent))
    return there && named.filter(({ kind, name }) => !there[kind].has(name))
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

type There = Record<Dependency['kind'], ReadonlySet<string>>

const modelsAndSkillsThere = async (ctx: OrganizationContext, agent: DescribedAgent): Promise<There | null> => {
  const [models, skills] = await Promise.all([
    askGateway(ctx, agent, { question: 'models', agent: agent.externalId }),
    askGateway(ctx, agent, { question: 'skills', agent: agent.externalId }),
  ])
  if (!models.answer.isComplete || !skills.answer.isComplete) return null
  return {
    model: new Set(models.answer.models.flatMap(({ id, provider }) => [id, `${provider}/${id}`])),
    skill: new Set(skills.answer.skills.flatMap(({ key, name }) => [key, name])),
    channel: new Set(),
  }
}

/** A binding to a channel that is not set up is taken by the gateway and never matches anything. */
const channelsThere = async (ctx: OrganizationContext, agent: DescribedAgent): Promise<There> => {
  const { answer } = await askGateway(ctx, agent, { question: 'channels' })
  const channel = new Set(answer.channels.flatMap(({ id, isConfigured }) => (isConfigured === false ? [] : [id])))
  return { model: new Set(), skill: new Set(), channel }
}

const Bindings = z.array(z.object({ match: z.object({ channel: z.string().optional().catch(undefined) }).optional() }))

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
