import { Buffer } from 'node:buffer'
import { Webhook } from 'standardwebhooks'
import type { RequestContext } from '../../../platform/context.ts'
import { seal, unseal } from '../../../platform/seal.ts'
import type { StreamRow } from '../schema.ts'

const purposeOf = (streamId: string) => `audit-stream:${streamId}`

/** A signing secret as Standard Webhooks write it: 256 random bits. */
export const newSigningSecret = (): string =>
  `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`

export const sealSecret = (ctx: RequestContext, streamId: string, secret: string): Promise<string> =>
  seal(ctx.config, purposeOf(streamId), secret)

/**
 * The headers by which a receiver knows that a body comes from us. A webhook is signed at the moment it is sent, for a
 * while after a rotation by both secrets. Throws when a secret does not open.
 */
export const credentialsOf = async (
  ctx: RequestContext,
  row: StreamRow,
  { id, body, now }: { id: string; body: string; now: Date },
): Promise<Record<string, string>> => {
  const secret = await unseal(ctx.config, purposeOf(row.id), row.secret)
  if (row.kind === 'splunk') return { authorization: `Splunk ${secret}` }
  if (row.kind === 'http') return { [row.headerName ?? 'authorization']: secret }
  const isBoth = row.previousSecret !== null && (row.previousUntil ?? 0) > now.getTime()
  const previous = isBoth && row.previousSecret ? [await unseal(ctx.config, purposeOf(row.id), row.previousSecret)] : []
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': [secret, ...previous].map((one) => new Webhook(one).sign(id, now, body)).join(' '),
  }
}
