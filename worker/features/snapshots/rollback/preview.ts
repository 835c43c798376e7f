import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { askGateway, type DescribedAgent, differencesOf, getAgent, nodeAt } from '../../agents/index.ts'
import type { Tree } from '../../connectors/link/questions/contract.ts'
import type { RollbackPreview, RollbackTo } from '../contract.ts'
import { isTree } from '../diff/trees.ts'
import { viewSnapshot } from '../versions/view.ts'
import { planRollback } from './plan.ts'

/** Beyond these the gateway is not asked how it takes a change. */
const lookedUpMax = 12

/** Says what going back would do, and changes nothing but that what is live is saved. Throws as `planRollback` does. */
export const previewRollback = async (
  ctx: OrganizationContext,
  agentId: string,
  wanted: RollbackTo,
): Promise<RollbackPreview> => {
  const agent = await getAgent(ctx, agentId)
  const plan = await planRollback(ctx, agent, wanted)
  const paths = differencesOf(plan.entry, plan.target).slice(0, lookedUpMax)
  const [nodes, missing] = await Promise.all([
    Promise.all(paths.map(({ path }) => nodeAt(ctx, agent, path))),
    missingOf(ctx, agent, plan.target),
  ])
  const { changes, risk, secrets, blocked, digest } = plan
  return {
    to: viewSnapshot(plan.to),
    live: viewSnapshot(plan.live),
    changes,
    risk,
    needsApproval: risk === 'critical',
    secrets,
    blocked,
    restarts: nodes.some((node) => node?.reloadKind === 'restart'),
    missing,
    exact: plan.targetHash === plan.to.hash,
    digest,
  }
}

/** Models and skills that an entry names and its gateway does not have. */
const missingOf = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  target: Tree,
): Promise<RollbackPreview['missing']> => {
  try {
    const [models, skills] = await Promise.all([
      askGateway(ctx, agent, { question: 'models', agent: agent.externalId }),
      askGateway(ctx, agent, { question: 'skills', agent: agent.externalId }),
    ])
    if (!models.answer.isComplete || !skills.answer.isComplete) return null
    const knownModels = new Set(models.answer.models.flatMap(({ id, provider }) => [id, `${provider}/${id}`]))
    const knownSkills = new Set(skills.answer.skills.flatMap(({ key, name }) => [key, name]))
    return [
      ...modelsIn(target).flatMap((name) => (knownModels.has(name) ? [] : [{ kind: 'model' as const, name }])),
      ...textsIn(target.skills).flatMap((name) => (knownSkills.has(name) ? [] : [{ kind: 'skill' as const, name }])),
    ]
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

const modelsIn = ({ model }: Tree): string[] => {
  if (!isTree(model)) return textsIn([model])
  return [...new Set([...textsIn([model.primary]), ...textsIn(model.fallbacks)])]
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
