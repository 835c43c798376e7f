import type { Facts, KnownTool } from './facts.ts'
import { inventoryOnly, listedSometimes, runOnly } from './policy/catalog.ts'
import { constructionOf, type NotBuilt } from './policy/construction.ts'
import type { ExplainedStep, knownDifferences, ToolVerdict } from './policy/contract.ts'
import { noPlugins, type PluginTools, toolName } from './policy/names.ts'
import { judgeOf, type ScopeVerdict } from './policy/scope.ts'
import { type Pipeline, type PreparedStep, preparePolicy, type Surface } from './policy/steps.ts'
import type { Situation } from './situation.ts'

export interface ExplainedTools {
  pipeline: Pipeline
  /** Tools of plugins that are built here, as entries may name them. */
  plugins: PluginTools
  steps: ExplainedStep[]
  tools: ToolVerdict[]
}

/**
 * Each tool's way through construction and the thirteen steps, and what `tools.effective` should say about it. For what
 * is shown as the way: that of a run, unless the way to the gateway's own inventory is asked for.
 */
export const explainTools = (facts: Facts, situation: Situation, surface: Surface = 'run'): ExplainedTools => {
  // The gateway's own list knows neither who sent a message nor what a run was handed.
  const asked = { ...situation, sender: { owner: null }, runtimeAllow: null }
  const inventory = passage(facts, asked, 'inventory')
  const run = surface === 'run' ? passage(facts, situation, 'run') : inventory
  return {
    pipeline: run.pipeline,
    plugins: run.plugins,
    steps: run.pipeline.steps.map(({ step, label, off, paths, policy }) => ({
      ...{ step, label, off, paths },
      allow: policy?.allow ? [...policy.allow] : null,
      deny: [...(policy?.deny ?? [])],
    })),
    tools: facts.catalog.map((tool) =>
      verdictOf(facts, tool, run.of(tool), inventory.of(tool), situation.inherited !== null),
    ),
  }
}

interface Passage {
  notBuilt: NotBuilt | null
  steps: ToolVerdict['steps']
  stopped: ToolVerdict['decidedBy']
}

const passage = (facts: Facts, situation: Situation, surface: Surface) => {
  const pipeline = preparePolicy(facts.config, situation, surface, facts.catalog)
  const construction = constructionOf(facts.config, situation, pipeline.steps)
  const built = facts.catalog.filter((tool) => tool.source !== 'core' && !construction(tool))
  const plugins = pluginsOf(built)
  const judges = pipeline.steps.flatMap((step) => judged(step, plugins))
  const of = (tool: KnownTool): Passage => {
    const name = toolName(tool.name)
    const notBuilt = missingOn(surface, situation, name) ?? construction(tool)
    const steps = judges.map(({ step, judge }) => ({ step, ...judge(name) }))
    const first = steps.find(({ verdict }) => verdict === 'denied' || verdict === 'notAllowed')?.step ?? null
    return { notBuilt, steps, stopped: notBuilt ? 'construction' : first }
  }
  return { pipeline, plugins, of }
}

const unavailable: NotBuilt = { reason: 'unavailable', by: null }

/** What only runs have, and what runs of spawned children have not. */
const missingOn = (surface: Surface, { inherited }: Situation, name: string): NotBuilt | null => {
  if (surface === 'inventory') return runOnly.has(name) ? unavailable : null
  return inherited && name === 'message' ? { reason: 'primarySessionsOnly', by: null } : null
}

const judged = (
  { step, policy, unsure }: PreparedStep,
  plugins: PluginTools,
): { step: PreparedStep['step']; judge: (name: string) => ScopeVerdict }[] => {
  if (!policy) return []
  const judge = judgeOf(policy, plugins)
  const orUnknown = (name: string): ScopeVerdict => {
    const judgement = judge(name)
    return judgement.verdict === 'notAllowed' && unsure?.has(name) ? { verdict: 'unknown', by: null } : judgement
  }
  return [{ step, judge: orUnknown }]
}

const pluginsOf = (tools: readonly KnownTool[]): PluginTools => {
  if (tools.length === 0) return noPlugins
  const byPlugin = new Map<string, string[]>()
  for (const { name, pluginId, source } of tools) {
    const id = toolName(pluginId ?? (source === 'mcp' ? 'bundle-mcp' : ''))
    if (id !== '') byPlugin.set(id, [...(byPlugin.get(id) ?? []), toolName(name)])
  }
  return { all: tools.map(({ name }) => toolName(name)), byPlugin }
}

const verdictOf = (
  facts: Facts,
  tool: KnownTool,
  run: Passage,
  inventory: Passage,
  isSpawned: boolean,
): ToolVerdict => {
  const name = toolName(tool.name)
  const offered = facts.offered ? facts.offered.has(tool.name) : null
  const known = knownDifferenceOf(name, run, inventory)
  // What is offered, here or to another agent, can be built; what no rule withholds and yet is not offered cannot.
  const seen = offered === true || facts.built.has(tool.name)
  const isListed = inventory.stopped === null && !isUnknown(inventory)
  const isHidden = offered === false && isListed && !seen && listedSometimes.has(name)
  const refuted = offered === false && isListed && !seen && !isHidden
  const expected = inventory.stopped ? 'withheld' : isListed && seen ? 'offered' : 'possible'
  const agrees = offered === null ? null : expected === 'possible' || offered === (expected === 'offered')
  // The gateway keeps what a child got when it was spawned, and tells nobody; we know what it would get now.
  const isOlder = agrees === false && isSpawned
  const absent = facts.absent.has(tool.name) || (refuted && known === null) ? unavailable : null
  const notBuilt = run.notBuilt ?? absent
  const isCallable = seen && !inventoryOnly.has(name) && !isUnknown(run)
  return {
    name: tool.name,
    source: tool.source,
    pluginId: tool.pluginId,
    outcome: run.stopped || absent ? 'withheld' : isCallable ? 'callable' : 'possible',
    construction: {
      state: notBuilt ? 'notBuilt' : seen ? 'built' : 'unknown',
      reason: notBuilt?.reason ?? null,
      by: notBuilt?.by ?? null,
    },
    steps: run.steps,
    decidedBy: absent && !run.stopped ? 'construction' : run.stopped,
    gateway: offered === null ? null : offered ? 'offered' : 'withheld',
    expected,
    agrees: isOlder ? true : agrees,
    knownDifference: isOlder ? 'inheritedBefore' : (known ?? (isHidden ? 'listedSometimes' : null)),
  }
}

const isUnknown = ({ steps, stopped }: Passage): boolean =>
  stopped === null && steps.some(({ verdict }) => verdict === 'unknown')

/** Why a run has this tool and `tools.effective` does not show it, or the other way round; null where they agree. */
const knownDifferenceOf = (
  name: string,
  run: Passage,
  inventory: Passage,
): (typeof knownDifferences)[number] | null => {
  if (runOnly.has(name) && !run.stopped) return 'runOnly'
  if (inventoryOnly.has(name) && !inventory.stopped) return 'inventoryOnly'
  if (isUnknown(run)) return 'pluginProfileUnknown'
  if ((run.stopped === null) === (inventory.stopped === null)) return null
  const blocked = run.stopped ?? inventory.stopped
  if (blocked === 'sandbox') return 'sandboxNotShown'
  if (blocked === 'owner') return 'ownerNotShown'
  if (blocked === 'sender' || blocked === 'group') return 'senderRulesShown'
  return run.stopped ? 'runtimeNotShown' : 'pluginProfileNotShown'
}
