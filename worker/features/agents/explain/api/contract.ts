import { z } from 'zod'
import { Id } from '../../../../platform/contract.ts'
import { Tree } from '../../../connectors/link/questions/contract.ts'
import { Freshness } from '../../live/contract.ts'
import { Explanation } from '../contract.ts'
import { Finding } from '../findings/contract.ts'
import { PolicyStep } from '../policy/contract.ts'
import { Setting } from '../settings/contract.ts'

const Decider = z.union([z.literal('construction'), PolicyStep]).nullable()

/** What is another one between two explanations: a change, two agents, two gateways or two moments. */
export const ExplainedDifference = z.strictObject({
  /** Before withheld and now not, and the other way round; with the step that decides now, or decided before. */
  gained: z.array(z.strictObject({ name: z.string(), decidedBy: Decider })),
  lost: z.array(z.strictObject({ name: z.string(), decidedBy: Decider })),
  /** Withheld before and after, now by another step. */
  moved: z.array(z.strictObject({ name: z.string(), before: Decider, after: Decider })),
  settings: z.array(
    z.strictObject({
      name: z.string(),
      before: Setting.pick({ value: true, layer: true, path: true }).nullable(),
      after: Setting.pick({ value: true, layer: true, path: true }).nullable(),
    }),
  ),
  findings: z.strictObject({ appeared: z.array(Finding), gone: z.array(Finding) }),
  models: z.strictObject({ before: z.array(z.string()), after: z.array(z.string()) }).nullable(),
})
export type ExplainedDifference = z.infer<typeof ExplainedDifference>

const SessionKey = z.string().min(1).max(300)
const Name = z.string().trim().min(1).max(200)

export const senders = ['owner', 'other', 'unknown'] as const

/** For which conversation: what is left out is the operator in the agent's main one, with its first model. */
const Circumstances = {
  sessionKey: SessionKey.optional(),
  /** `provider/model` of the conversation. */
  model: z
    .string()
    .trim()
    .max(300)
    .regex(/^[^/\s]+\/\S+$/, 'provider/model')
    .optional(),
  /** Whether the gateway takes the sender for its owner; unknown: it was not told. */
  sender: z.enum(senders).optional(),
  /** Under one of these names the rules by sender know somebody. */
  senderId: Name.optional(),
  senderPhone: Name.optional(),
  senderUsername: Name.optional(),
  senderName: Name.optional(),
  /** Where the message came from; left out for an operator at a terminal or in the web chat. */
  channel: Name.optional(),
  /** How many parents a sub-agent was spawned under. */
  spawnDepth: z.coerce.number().int().min(0).max(20).optional(),
}
export const EffectiveOf = z.strictObject(Circumstances)
export type EffectiveOf = z.infer<typeof EffectiveOf>
/** The number of a version of the agent's entry, or what stands at the gateway now. */
const Moment = z.union([z.coerce.number().int().positive(), z.literal('live')])
export const CompareMoments = z.strictObject({ ...Circumstances, from: Moment, to: Moment })
export type CompareMoments = z.infer<typeof CompareMoments>
export const CompareWith = z.strictObject({ with: Id('agt') })

export const AgentEffective = z.object({
  freshness: Freshness,
  /** The gateway was asked for its own list of tools; false where it is away or does not know the conversation yet. */
  isCompared: z.boolean(),
  /**
   * Of a sub-agent: the conversations above it, the nearest first. What it inherits is what they would hand down now; the
   * gateway keeps what it got when it was spawned, and tells nobody.
   */
  parents: z.array(z.string()),
  explanation: Explanation,
})
export type AgentEffective = z.infer<typeof AgentEffective>

/** Merge patches (RFC 7386): of the agent's entry, and of the whole configuration, the latter first. */
export const PreviewEffective = z.strictObject({
  ...Circumstances,
  entry: Tree.optional(),
  config: Tree.optional(),
})
export type PreviewEffective = z.infer<typeof PreviewEffective>

export const EffectivePreview = z.object({
  freshness: Freshness,
  after: Explanation,
  difference: ExplainedDifference,
})
export type EffectivePreview = z.infer<typeof EffectivePreview>

/** The tool policy of an agent as its configuration once was. */
export const ToolPolicyThen = Explanation.pick({
  rules: true,
  sessionKey: true,
  model: true,
  profile: true,
  providerProfile: true,
  findings: true,
  steps: true,
  tools: true,
})
export type ToolPolicyThen = z.infer<typeof ToolPolicyThen>

export const AgentComparison = z.object({
  freshness: z.object({ one: Freshness, other: Freshness }),
  one: Explanation,
  other: Explanation,
  difference: ExplainedDifference,
})
export type AgentComparison = z.infer<typeof AgentComparison>
