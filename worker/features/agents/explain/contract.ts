import { z } from 'zod'
import { KnownFact } from './behaviour/contract.ts'
import { Finding } from './findings/contract.ts'
import { ExplainedStep, ToolVerdict } from './policy/contract.ts'
import { Setting } from './settings/contract.ts'

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
