import type { Risk } from '../../../platform/contract.ts'
import type { RiskRule, SemanticChange } from './contract.ts'

type Judged = Pick<SemanticChange, 'category' | 'kind' | 'steps'>

const riskOfRule = {
  secret: 'critical',
  permission: 'critical',
  tools_widened: 'high',
  tools_changed: 'high',
  tools_narrowed: 'medium',
  binding: 'high',
  model: 'high',
  model_tuning: 'medium',
  skills_widened: 'high',
  skills_changed: 'medium',
  channel: 'medium',
  schedule: 'medium',
  instructions: 'high',
  workspace: 'high',
  file: 'low',
  identity: 'low',
  order: 'low',
  other: 'medium',
} as const satisfies Record<RiskRule, Risk>

const order: readonly Risk[] = ['low', 'medium', 'high', 'critical']

/** How risky a change is, and by which rule. */
export const judge = (change: Judged): { risk: Risk; rule: RiskRule } => {
  const rule = ruleOn(change)
  return { risk: riskOfRule[rule], rule }
}

/** The worst of them; null of none. */
export const worstOf = (risks: readonly Risk[]): Risk | null =>
  risks.reduce<Risk | null>(
    (worst, risk) => (order.indexOf(risk) > order.indexOf(worst ?? 'low') ? risk : (worst ?? risk)),
    null,
  )

export const isAtLeast = (risk: Risk, least: Risk): boolean => order.indexOf(risk) >= order.indexOf(least)

const ruleOn = (change: Judged): RiskRule => {
  const { category, kind, steps } = change
  const [first, second] = steps
  if (category === 'secrets') return 'secret'
  if (category === 'permissions') return 'permission'
  if (category === 'bindings') return 'binding'
  // Of these the order says nothing to the gateway.
  if (kind === 'moved' && (category === 'tools' || category === 'skills')) return 'order'
  if (category === 'tools') return toolsRule(change)
  if (category === 'skills') return kind === 'added' && steps.length > 1 ? 'skills_widened' : skillsRule(change)
  if (category === 'model')
    return ['model', 'models', 'modelPolicy', 'utilityModel', 'decisionModel', 'agentRuntime', 'runtime'].some(
      (name) => name === first,
    ) || second === 'model'
      ? 'model'
      : 'model_tuning'
  if (category === 'channels') return 'channel'
  if (category === 'schedule') return 'schedule'
  if (category === 'files') return fileRule(first)
  return category
}

/** A denial that goes or a permission that comes gives the agent more; the other way round it gets less. */
const toolsRule = ({ kind, steps }: Judged): RiskRule => {
  const names = steps.filter((step) => typeof step === 'string')
  const list = names.at(-1)
  const isWider = kind === 'added'
  if (list === 'deny' && kind !== 'changed') return isWider ? 'tools_narrowed' : 'tools_widened'
  // Where there was no list of what is allowed everything was, so a whole list is neither wider nor narrower.
  const isItem = typeof steps.at(-1) === 'object'
  if ((list === 'allow' || list === 'alsoAllow') && isItem && kind !== 'changed')
    return isWider ? 'tools_widened' : 'tools_narrowed'
  return 'tools_changed'
}

/** Without a list an agent has every skill of its gateway. */
const skillsRule = ({ kind, steps }: Judged): RiskRule =>
  steps[0] === 'skills' && steps.length === 1 && kind === 'removed' ? 'skills_widened' : 'skills_changed'

/** Files that the gateway puts before the model as they are. */
const instructions: ReadonlySet<unknown> = new Set(
  ['AGENTS', 'SOUL', 'TOOLS', 'IDENTITY', 'USER', 'HEARTBEAT', 'BOOTSTRAP', 'MEMORY'].map((name) => `${name}.md`),
)

const fileRule = (first: unknown): RiskRule => {
  if (first === 'workspace' || first === 'cwd' || first === 'agentDir') return 'workspace'
  return instructions.has(first) ? 'instructions' : 'file'
}
