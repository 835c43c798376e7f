import { z } from 'zod'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { Risk } from '../../platform/contract.ts'
import { sealNow, unsealNow } from '../../platform/seal.ts'
import { type MaskingRules, maskPayload } from '../masking/index.ts'
import { AuditEventType, actorKinds } from './contract.ts'
import type { WaitingRow } from './store.ts'

/**
 * An event on its way from the change that it tells about into the sequence. Its payload is encrypted while it waits:
 * it is masked only when the organization's policy is at hand, and nothing may stand anywhere unmasked until then.
 */
const WaitingEvent = z.object({
  key: z.string(),
  type: AuditEventType,
  at: z.number().int(),
  actor: z.object({ kind: z.enum(actorKinds), id: z.string() }),
  agentId: z.string().nullable(),
  connectorId: z.string().nullable(),
  target: z.string().nullable(),
  risk: Risk,
  traceId: z.string().nullable(),
  sealed: z.string(),
})
export type WaitingEvent = z.infer<typeof WaitingEvent>

const Payload = z.record(z.string(), z.unknown())
/** As versions before masking by policy left them behind: what they say was masked when it was written. */
const EarlierEvent = WaitingEvent.omit({ sealed: true }).extend({ payload: Payload })

export const sealEvent = (ctx: OrganizationContext, payload: object): string =>
  sealNow(ctx.config, purposeOf(ctx.organizationId), JSON.stringify(payload))

/** The event as the sequence takes it. Throws for a row that nobody can read. */
export const openEvent = (
  ctx: RequestContext,
  { body, organizationId }: WaitingRow,
  rules: MaskingRules,
): AuditInput => {
  const written: unknown = JSON.parse(body)
  const waiting = WaitingEvent.safeParse(written)
  if (!waiting.success) {
    const { payload, ...event } = EarlierEvent.parse(written)
    return { ...event, ...maskPayload(payload, rules) }
  }
  const { sealed, ...event } = waiting.data
  const payload = Payload.parse(JSON.parse(unsealNow(ctx.config, purposeOf(organizationId), sealed)))
  return { ...event, ...maskPayload(payload, rules) }
}

const purposeOf = (organizationId: string): string => `outbox:${organizationId}`
