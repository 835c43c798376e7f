import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { iso } from '../../../platform/time.ts'
import { drainSoon } from '../drain.ts'
import { auditStatement } from '../record.ts'
import { showStream } from './list.ts'
import { newSigningSecret, sealSecret } from './secret.ts'
import { changeStreamStatement, getStreamRow } from './store.ts'

const bothForMs = 24 * 3_600_000

/**
 * A new signing secret for a webhook, told this once. For a day each delivery is signed with the one before as well, so
 * that a receiver can change over without losing any. Throws `invalid` for other kinds, whose credential is the receiver's.
 */
export const rotateSecret = async (ctx: OrganizationContext, streamId: string) => {
  const row = await getStreamRow(ctx, streamId)
  if (row.kind !== 'webhook')
    throw new AppError('invalid', 'Only a webhook has a secret of ours; change the credential of the stream instead.')
  const secret = newSigningSecret()
  const previousUntil = ctx.now().getTime() + bothForMs
  const [{ meta }] = await ctx.db.batch([
    changeStreamStatement(ctx, row, {
      secret: await sealSecret(ctx, streamId, secret),
      previousSecret: row.secret,
      previousUntil,
    }),
    auditStatement(
      ctx,
      'stream.secret-rotated',
      { name: row.name, bothUntil: iso(previousUntil) },
      { target: streamId, risk: 'high' },
    ),
  ])
  if (meta.changes === 0) throw new AppError('conflict', 'Somebody has changed the stream at the same moment.')
  await drainSoon(ctx, ctx.organizationId)
  return { stream: await showStream(ctx, streamId), secret }
}
