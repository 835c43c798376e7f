import { z } from 'zod'
import { SettingLayer } from '../settings/contract.ts'

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
