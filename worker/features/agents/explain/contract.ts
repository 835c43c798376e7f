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

export const findingCodes = [
  'entryMatchesNothing',
  'entryUnavailable',
  'oldName',
  'groupPattern',
  'allowMatchesNothing',
  'allowDoesNotWiden',
  'denyIsDead',
  'profileReplaced',
  'alsoAllowReplaced',
  'providerRulesReplaced',
  'providerKeyIsPattern',
  'providerProfileNotWidened',
  'groupHidesDefault',
  'senderRulesReplaced',
  'senderRulesSkipped',
  'sandboxDenyReplaced',
  'sandboxRulesIdle',
  'subagentCannotLift',
  'subagentAlsoAllowAlone',
  'denyWriteLeavesPatch',
  'denyAllStillSpends',
  'noToolsLeft',
  'sectionDoesNotWiden',
  'fallbacksDropped',
  'heartbeatElsewhere',
  'gatewayDiffers',
] as const

/** A sentence's code, where it applies, and what stands in it. The sentences are the catalogues'. */
export const Finding = z.strictObject({
  code: z.enum(findingCodes),
  severity: z.enum(['danger', 'warning', 'info']),
  paths: z.array(z.string()),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  tools: z.array(z.string()),
})
export type Finding = z.infer<typeof Finding>

/** agent: its own entry. defaults: of all agents. global: `tools` and the like. gateway: filled in by the gateway. */
export const settingLayers = ['agent', 'defaults', 'global', 'gateway', 'builtIn'] as const
export const SettingLayer = z.enum(settingLayers)

export const Setting = z.strictObject({
  name: z.string(),
  value: z.unknown(),
  layer: SettingLayer,
  /** Null where it is built in. */
  path: z.string().nullable(),
  /** False for a key that this version of ClawButler has not heard of. */
  known: z.boolean(),
  /** Values of lower layers that do not count. */
  hides: z.array(z.strictObject({ value: z.unknown(), layer: SettingLayer, path: z.string().nullable() })),
})
export type Setting = z.infer<typeof Setting>

/** What is told of heartbeat, context and sub-agents, under the gateway's own keys. */
export const factNames = [
  'every',
  'activeHours',
  'model',
  'isolatedSession',
  'lightContext',
  'session',
  'target',
  'to',
  'directPolicy',
  'timeoutSeconds',
  'prompt',
  'compaction.enabled',
  'compaction.mode',
  'compaction.provider',
  'compaction.model',
  'compaction.keepRecentTokens',
  'compaction.recentTurnsPreserve',
  'compaction.identifierPolicy',
  'compaction.memoryFlush.enabled',
  'compaction.memoryFlush.softThresholdTokens',
  'contextPruning.mode',
  'contextPruning.ttl',
  'contextPruning.tools.allow',
  'contextPruning.tools.deny',
  'contextInjection',
  'bootstrapMaxChars',
  'bootstrapTotalMaxChars',
  'maxSpawnDepth',
  'maxChildrenPerAgent',
  'maxConcurrent',
  'archiveAfterMinutes',
  'runTimeoutSeconds',
  'announceTimeoutMs',
  'allowAgents',
  'requireAgentId',
  'thinking',
  'delegationMode',
] as const
export type FactName = (typeof factNames)[number]

/** A fact about what an agent does by itself, with where it was said. `path` is null where nobody wrote it. */
export const KnownFact = z.strictObject({
  name: z.enum(factNames),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]).nullable(),
  layer: SettingLayer,
  path: z.string().nullable(),
})
export type KnownFact = z.infer<typeof KnownFact>

/** A sign-in of a provider. Null where the gateway does not say it. */
const SignIn = z.strictObject({
  id: z.string(),
  kind: z.string().nullable(),
  state: z.string().nullable(),
  /** Why it is not used, in the gateway's word. */
  reason: z.string().nullable(),
  source: z.string().nullable(),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  cooldownUntil: z.string().nullable(),
  /** False where an order is given that does not name it. */
  isTried: z.boolean(),
})

export const ModelCandidate = z.strictObject({
  ref: z.string(),
  provider: z.string().nullable(),
  role: z.enum(['primary', 'fallback']),
  path: z.string(),
  contextWindow: z.number().nullable(),
  /** How its provider is signed in to; null where the gateway was not asked. */
  auth: z
    .strictObject({
      /** none: the gateway knows of no way. */
      state: z.string(),
      apiKey: z.strictObject({ source: z.string(), variable: z.string().nullable() }).nullable(),
      isOrdered: z.boolean(),
      /** In the order in which a run tries them where that is given, else as the gateway lists them. */
      profiles: z.array(SignIn),
      /** What the provider says is used up. */
      windows: z.array(z.strictObject({ label: z.string(), usedPercent: z.number(), resetAt: z.string().nullable() })),
    })
    .nullable(),
})

export const skillReasons = [
  'notBundled',
  'fromWorkspace',
  'fromRegistry',
  'installsSoftware',
  'needsSecrets',
  'runsPrograms',
  'alwaysLoaded',
  'modelDecides',
] as const

export const ExplainedSkill = z.strictObject({
  name: z.string(),
  description: z.string(),
  source: z.string(),
  state: z.enum(['ready', 'missing', 'disabled', 'blocked']),
  /** Empty where nothing starts it here, or where the connector does not tell yet: then `isDeclared` is false. */
  triggers: z.array(z.enum(['always', 'model', 'command'])),
  isDeclared: z.boolean(),
  /** What a person types, without the slash. */
  command: z.string().nullable(),
  homepage: z.string().nullable(),
  registry: z.string().nullable(),
  permissions: z.strictObject({
    programs: z.array(z.string()),
    /** One of these is enough. */
    anyPrograms: z.array(z.string()),
    secrets: z.array(z.string()),
    settings: z.array(z.string()),
    systems: z.array(z.string()),
    installs: z.array(z.string()),
  }),
  missing: z.array(z.string()),
  risk: z.enum(['low', 'medium', 'high']),
  reasons: z.array(z.enum(skillReasons)),
})

export const Explanation = z.strictObject({
  /** The version of OpenClaw whose rules these are. */
  rules: z.string(),
  agentId: z.string(),
  sessionKey: z.string(),
  model: z.string().nullable(),
  profile: z.string().nullable(),
  providerProfile: z.string().nullable(),
  findings: z.array(Finding),
  steps: z.array(ExplainedStep),
  tools: z.array(ToolVerdict),
  settings: z.array(Setting),
  models: z.array(ModelCandidate),
  heartbeat: z.strictObject({
    enrolled: z.boolean(),
    /** Null while it stands still. */
    everyMs: z.number().nullable(),
    /** Turns in a day at most, within the active hours; 0 while it stands still. */
    perDay: z.number(),
    /** What each turn carries: the whole conversation, the workspace's files, both, or neither. */
    carries: z.array(z.enum(['conversation', 'files'])),
    facts: z.array(KnownFact),
  }),
  context: z.strictObject({
    /** Of the first model; null where nobody wrote it down. */
    window: z.number().nullable(),
    /** Tokens; null without a window. `historyMax`: what a summary may keep of the history before parts are dropped. */
    budget: z
      .strictObject({
        reserve: z.number(),
        compactAt: z.number(),
        flushAt: z.number().nullable(),
        keepRecent: z.number(),
        historyMax: z.number(),
      })
      .nullable(),
    historyShare: z.number(),
    facts: z.array(KnownFact),
  }),
  subagents: z.strictObject({ facts: z.array(KnownFact) }),
  /** Null where the gateway was not asked. */
  skills: z.array(ExplainedSkill).nullable(),
})
export type Explanation = z.infer<typeof Explanation>
