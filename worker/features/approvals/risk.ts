import { type Risk, risks } from '../../platform/contract.ts'
import type { ApprovalSource, Reversibility } from '../rules/contract.ts'
import { commandRules, type RiskRule, readOnlyCommand } from './command-risk.ts'
import type { Approval } from './contract.ts'
import { toolRulesOf } from './tool-risk.ts'

type Reason = Approval['riskReasons'][number]

/** What we look at: what is to be done, what the gateway's own analysis said of it, and what the requester says. */
export interface Assessed {
  source: ApprovalSource
  /** `exec`, a tool's name, or what the requesting system calls it. */
  action: string
  command: string
  arguments: Record<string, unknown> | null
  /** The gateway's own analysis. */
  riskKinds: string[]
  warningLines: string[]
  /** What the requester says it is at least; null when it says nothing. */
  stated: { risk: Risk; reversibility: Reversibility } | null
}

export interface Assessment {
  risk: Risk
  /** The worst first, then in the order of the command. */
  reasons: Reason[]
  impact: Approval['impact']
  reversibility: Reversibility
}

const spansMax = 20
const reasonsMax = 60

interface Found extends Reason {
  by: RiskRule
}

const global = commandRules.map((by) => ({ by, pattern: new RegExp(by.pattern.source, `${by.pattern.flags}g`) }))

/**
 * The risk of a request with every reason for it, what it would touch and whether it could be taken back. Reasons say
 * exactly where in the command they stand. Linear in the length of what is given; a rule of thumb only ever adds risk.
 */
export const assessRisk = (assessed: Assessed): Assessment => {
  const found = [...foundIn(assessed.command, true), ...foundBySource(assessed), ...foundByGateway(assessed)]
  if (found.length === 0) found.push(reasonOf(plainRule(assessed.command), ''))
  const kept = found.sort(worstFirst).slice(0, reasonsMax)
  return {
    risk: kept[0]?.risk ?? 'medium',
    reasons: kept.map(({ rule, risk, matched, start, end }) => ({ rule, risk, matched, start, end })),
    impact: impactOf(kept),
    reversibility: leastReversible(kept.map(({ by }) => by.reversibility)),
  }
}

/** Every part of a command line that a rule is about; of overlapping parts of one rule the worst. */
const foundIn = (command: string, isShown: boolean): Found[] => {
  const found: Found[] = []
  for (const { by, pattern } of global) {
    pattern.lastIndex = 0
    for (let count = 0; count < spansMax; count++) {
      const match = pattern.exec(command)
      if (!match) break
      const matched = match[0].trim()
      const start = match.index + match[0].indexOf(matched)
      const end = start + matched.length
      if (matched === '') break
      if (found.some((other) => other.rule === by.rule && (other.start ?? 0) < end && (other.end ?? 0) > start))
        continue
      found.push({ ...reasonOf(by, matched), start, end })
    }
  }
  return isShown ? found : found.map((each) => ({ ...each, start: null, end: null }))
}

/** What a tool's name and arguments say, or what the requester says. */
const foundBySource = ({ source, action, arguments: given, stated }: Assessed): Found[] => {
  if (source === 'openclaw.exec') return []
  const inArguments = foundInArguments(given)
  if (source === 'openclaw.plugin') {
    const commands = commandsOf(given)
    const named = toolRulesOf(action).filter(({ rule }) => rule.rule !== 'tool-execute' || commands.length === 0)
    return [
      ...named.map(({ rule, matched }) => reasonOf(rule, matched)),
      ...commands.flatMap(foundInLine),
      ...inArguments,
    ]
  }
  const { risk, reversibility } = stated ?? { risk: 'medium', reversibility: 'unknown' }
  return [reasonOf({ rule: 'requester', risk, impact: [], reversibility }, ''), ...inArguments]
}

const foundByGateway = ({ riskKinds, warningLines }: Assessed): Found[] => [
  ...riskKinds.map((kind) =>
    reasonOf({ rule: 'gateway-risk', risk: 'high', impact: [], reversibility: 'unknown' }, kind),
  ),
  ...warningLines.map((line) =>
    reasonOf({ rule: 'gateway-warning', risk: 'medium', impact: [], reversibility: 'unknown' }, line),
  ),
]

/** A command line that stands in an argument: known by its field. */
const foundInLine = (line: string): Found[] => {
  const found = foundIn(line, false)
  return found.length > 0 ? found : [reasonOf(plainRule(line), '')]
}

const plainRule = (command: string): RiskRule =>
  readOnlyCommand.test(command)
    ? { rule: 'read-only', risk: 'low', impact: [], reversibility: 'reversible' }
    : { rule: 'unknown-command', risk: 'medium', impact: [], reversibility: 'unknown' }

const commandFields = new Set(['command', 'cmd', 'script', 'shell'])
const argumentsLengthMax = 64_000

const commandsOf = (given: Record<string, unknown> | null): string[] =>
  Object.entries(given ?? {}).flatMap(([name, value]) =>
    commandFields.has(name.toLowerCase()) && typeof value === 'string' ? [value.slice(0, argumentsLengthMax)] : [],
  )

/** Files of credentials that are named anywhere in the arguments. */
const foundInArguments = (given: Record<string, unknown> | null): Found[] =>
  given === null
    ? []
    : foundIn(JSON.stringify(given).slice(0, argumentsLengthMax), false).filter(
        ({ rule }) => rule === 'credential-access',
      )

const reasonOf = (by: RiskRule, matched: string): Found => ({
  by,
  rule: by.rule,
  risk: by.risk,
  matched,
  start: null,
  end: null,
})

const worstFirst = (a: Found, b: Found): number =>
  risks.indexOf(b.risk) - risks.indexOf(a.risk) || (a.start ?? Infinity) - (b.start ?? Infinity) || 0

/** Each kind of impact once, with the worst risk it comes with. */
const impactOf = (found: Found[]): Approval['impact'] => {
  const worst = new Map<Approval['impact'][number]['kind'], Risk>()
  for (const { by, risk } of found) for (const kind of by.impact) if (!worst.has(kind)) worst.set(kind, risk)
  return [...worst].map(([kind, risk]) => ({ kind, risk }))
}

const leastReversible = (all: Reversibility[]): Reversibility =>
  (['irreversible', 'unknown', 'partly'] as const).find((each) => all.includes(each)) ?? 'reversible'
