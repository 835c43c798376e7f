import type { ExplainedDifference } from './api/contract.ts'
import type { Explanation } from './contract.ts'
import type { Finding } from './findings/contract.ts'
import { pathOf } from './policy/config.ts'
import type { ToolVerdict } from './policy/contract.ts'
import type { Setting } from './settings/contract.ts'

/** Compares two explanations; the same one against itself has nothing in it. */
export const differenceBetween = (before: Explanation, after: Explanation): ExplainedDifference => {
  const tools = pairs(before.tools, after.tools, ({ name }) => name)
  const has = (tool: ToolVerdict | undefined): boolean => tool !== undefined && tool.outcome !== 'withheld'
  const chains = { before: before.models.map(({ ref }) => ref), after: after.models.map(({ ref }) => ref) }
  return {
    gained: tools.flatMap(({ name, one, other }) =>
      !has(one) && has(other) ? [{ name, decidedBy: one?.decidedBy ?? null }] : [],
    ),
    lost: tools.flatMap(({ name, one, other }) =>
      has(one) && !has(other) ? [{ name, decidedBy: other?.decidedBy ?? null }] : [],
    ),
    moved: tools.flatMap(({ name, one, other }) => {
      if (!one || !other || has(one) || has(other) || one.decidedBy === other.decidedBy) return []
      return [{ name, before: one.decidedBy, after: other.decidedBy }]
    }),
    settings: pairs(before.settings, after.settings, ({ name }) => name).flatMap(({ name, one, other }) =>
      isSame(said(one), said(other)) ? [] : [{ name, before: shown(one), after: shown(other) }],
    ),
    findings: {
      appeared: without(after, before),
      gone: without(before, after),
    },
    models: isSame(chains.before, chains.after) ? null : chains,
  }
}

const pairs = <T>(before: readonly T[], after: readonly T[], nameOf: (each: T) => string) => {
  const [ones, others] = [before, after].map((list) => new Map(list.map((each) => [nameOf(each), each])))
  return [...new Set([...(ones?.keys() ?? []), ...(others?.keys() ?? [])])]
    .sort()
    .map((name) => ({ name, one: ones?.get(name), other: others?.get(name) }))
}

const shown = (setting: Setting | undefined): ExplainedDifference['settings'][number]['before'] =>
  setting ? { value: setting.value, layer: setting.layer, path: setting.path } : null

/** What it says and on which level: two agents say the same under paths of their own. */
const said = (setting: Setting | undefined) => setting && [setting.value, setting.layer]

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

const without = ({ findings, agentId }: Explanation, others: Explanation): Finding[] => {
  const known = new Set(others.findings.map((each) => ofAnyAgent(each, others.agentId)))
  return findings.filter((each) => !known.has(ofAnyAgent(each, agentId)))
}

/** What is found is the same while it is said of the same place, also when it concerns more or fewer tools. */
const ofAnyAgent = ({ code, params, paths }: Finding, agentId: string): string =>
  JSON.stringify([
    ...[code, params],
    paths.map((path) => path.replace(pathOf('agents', 'entries', agentId), 'agents.entries.*')),
  ])
