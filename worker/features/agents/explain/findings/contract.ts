import { z } from 'zod'

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
