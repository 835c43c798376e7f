import type { OrganizationContext } from '../../../platform/context.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { BackupProof } from '../../connectors/link/backups/contract.ts'
import type { CommandFailure } from '../../connectors/link/commands/contract.ts'
import { endDrillStatement, findDrill, provenStatement } from './store.ts'

type Answer = { ok: true; proof?: BackupProof | undefined } | { ok: false; failure: CommandFailure; detail?: string }

/** The connector said how it went, or nobody did in time. Said twice it ends once. */
export const drillAnswered = async (ctx: OrganizationContext, id: string, answer: Answer): Promise<void> => {
  const drill = await findDrill(ctx, id)
  if (!drill) return
  const { artifactId, connectorId } = drill
  const now = ctx.now().getTime()
  const end = { endedAt: now, ...endOf(answer) }
  const { state, entries, bytes, detail } = end
  await ctx.db.batch([
    endDrillStatement(ctx, id, end),
    auditStatement(
      ctx,
      'artifact.proved',
      { artifactId, drillId: id, outcome: state, entries, bytes, detail },
      { target: artifactId, connectorId, risk: state === 'passed' ? 'low' : 'high' },
    ),
    // Shares the guard of the event: both follow the end.
    ...(state === 'passed' ? [provenStatement(ctx, artifactId, now)] : []),
    ...(isDamage(answer) ? [provenStatement(ctx, artifactId, null)] : []),
  ])
  await drainSoon(ctx, ctx.organizationId)
}

/** What was proven once is not any more. That somebody has another passphrase says nothing of the package. */
const isDamage = (answer: Answer): boolean =>
  answer.ok && answer.proof?.outcome === 'failed' && answer.proof.kind !== 'wrong_passphrase'

const endOf = (answer: Answer) => {
  const nothing = { entries: null, bytes: null, durationMs: null }
  if (!answer.ok)
    return {
      ...nothing,
      state: answer.failure === 'expired' ? ('lapsed' as const) : ('failed' as const),
      failure: answer.failure,
      detail: answer.detail ?? null,
    }
  const { proof } = answer
  if (proof?.outcome !== 'passed')
    return {
      ...nothing,
      state: 'failed' as const,
      failure: proof?.kind ?? 'unsupported',
      detail: proof?.detail ?? 'The connector told nothing of it.',
    }
  const { entries, bytes, durationMs } = proof
  return { state: 'passed' as const, entries, bytes, durationMs, failure: null, detail: null }
}
