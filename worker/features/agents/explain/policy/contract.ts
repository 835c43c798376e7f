import { z } from 'zod'

/** The thirteen steps of the gateway's tool policy, in the order in which it takes them. */
export const policySteps = [
  'profile',
  'providerProfile',
  'global',
  'globalProvider',
  'agent',
  'agentProvider',
  'group',
  'sender',
  'sandbox',
  'owner',
  'subagent',
  'runtime',
  'inherited',
] as const

export const PolicyStep = z.enum(policySteps)

export type PolicyStep = z.infer<typeof PolicyStep>

/** Why a step has nothing to say here. */
export const offReasons = [
  'notConfigured',
  'notAGroup',
  'senderIsOperator',
  'notSandboxed',
  'senderIsOwner',
  'notASubagent',
  'nothingInherited',
  'noRuntimeList',
  'spawnedChild',
] as const

/** A line of a list and where it stands; null is built into the gateway. */
export const PolicyEntry = z.strictObject({ entry: z.string(), path: z.string().nullable() })

export const ExplainedStep = z.strictObject({
  step: PolicyStep,
  /** The name that the gateway's own log gives to this step. */
  label: z.string(),
  off: z.enum(offReasons).nullable(),
  /** Where its rules stand; empty where they are built in. */
  paths: z.array(z.string()),
  /** Null lets everything through that is not denied. */
  allow: z.array(PolicyEntry).nullable(),
  deny: z.array(PolicyEntry),
})

export type ExplainedStep = z.infer<typeof ExplainedStep>

/** Why a tool is not built, so that no step ever sees it. */
export const constructionReasons = [
  'unavailable',
  'pluginNotSelected',
  'pluginDenied',
  'primarySessionsOnly',
  'deniedEarly',
  'notAllowedEarly',
  'switchedOff',
  'surface',
  'leanModel',
] as const

/** Where what a run has and what `tools.effective` answers are known to differ. */
export const knownDifferences = [
  'sandboxNotShown',
  'ownerNotShown',
  'senderRulesShown',
  'pluginProfileNotShown',
  'pluginProfileUnknown',
  'runOnly',
  'listedSometimes',
  'inventoryOnly',
  'runtimeNotShown',
  'inheritedBefore',
] as const

export const ToolVerdict = z.strictObject({
  name: z.string(),
  source: z.enum(['core', 'plugin', 'channel', 'mcp']),
  pluginId: z.string().nullable(),
  /**
   * callable: a run has it. withheld: it does not. possible: no rule is known to withhold it; whether it is built, or its
   * plugin declares it part of the profile, nobody could be asked.
   */
  outcome: z.enum(['callable', 'withheld', 'possible']),
  construction: z.strictObject({
    state: z.enum(['built', 'notBuilt', 'unknown']),
    reason: z.enum(constructionReasons).nullable(),
    by: PolicyEntry.nullable(),
  }),
  /** Each step that is not off, in order, as if it stood alone. */
  steps: z.array(
    z.strictObject({
      step: PolicyStep,
      /** unknown: passed if the tool's plugin declares it part of the profile, else not allowed; the gateway does not tell. */
      verdict: z.enum(['passed', 'denied', 'notAllowed', 'unknown']),
      by: PolicyEntry.nullable(),
    }),
  ),
  decidedBy: z.union([z.literal('construction'), PolicyStep]).nullable(),
  /** What `tools.effective` says; null where it was not asked. */
  gateway: z.enum(['offered', 'withheld']).nullable(),
  /** What we expect it to say. */
  expected: z.enum(['offered', 'withheld', 'possible']),
  agrees: z.boolean().nullable(),
  knownDifference: z.enum(knownDifferences).nullable(),
})

export type ToolVerdict = z.infer<typeof ToolVerdict>
