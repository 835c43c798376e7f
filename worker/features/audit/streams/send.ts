import type { RequestContext } from '../../../platform/context.ts'
import { logFault } from '../../../platform/log.ts'
import { type Outbound, postOutbound } from '../../../platform/outbound.ts'
import type { StreamRow } from '../schema.ts'
import type { Message } from './message.ts'
import { credentialsOf } from './secret.ts'

/**
 * Posts a message to a stream's receiver, signed or with its credential. Never throws: whatever keeps it from going out
 * is a failed attempt.
 */
export const sendMessage = async (
  ctx: RequestContext,
  row: StreamRow,
  id: string,
  { contentType, headers, body }: Message,
): Promise<Outbound> => {
  try {
    const credentials = await credentialsOf(ctx, row, { id, body, now: ctx.now() })
    return await postOutbound(row.url, {
      headers: { ...headers, ...credentials, 'content-type': contentType },
      body,
      allowPrivate: ctx.config.outboundPrivate,
    })
  } catch (error) {
    logFault('audit.stream-failed', error, { streamId: row.id, organizationId: row.organizationId })
    return { ok: false, because: 'internal' }
  }
}

/** The HTTP status, or in one word what went wrong. */
export const outcomeOf = (outbound: Outbound): string => (outbound.ok ? String(outbound.status) : outbound.because)
