import { lapseChanges } from './features/agents/index.ts'
import { expireDueApprovals, redeliverStranded } from './features/approvals/index.ts'
import {
  handOverBackups,
  lapseRestores,
  makeDueBackups,
  proveDueBackups,
  sweepArtifacts,
  sweepBackups,
  tendDrills,
} from './features/artifacts/index.ts'
import { drainAllAudit, wakeStreams } from './features/audit/index.ts'
import { sweepIdentity } from './features/auth/index.ts'
import { handOverAllBudgets } from './features/budgets/index.ts'
import { expireCronChanges, findMissedRuns, forgetOldRuns, handOverWaiting } from './features/cron/index.ts'
import { endGrants } from './features/grants/index.ts'
import { sweepHealthChanges } from './features/health/index.ts'
import { sweepIdempotencyKeys } from './features/idempotency/index.ts'
import { extendAllOrders, handOverStops, lapseDrills } from './features/kill-switch/index.ts'
import { sendDueMails } from './features/mail/index.ts'
import { checkDueAgents, checkDueConfigurations } from './features/snapshots/index.ts'
import { backgroundContext, type RequestContext } from './platform/context.ts'
import { log, logFault } from './platform/log.ts'

/** What happens each minute; every line is safe to run twice and to be cut off anywhere. */
const everyMinute: Record<string, (ctx: RequestContext) => Promise<void>> = {
  expireDueApprovals,
  redeliverStranded,
  lapseChanges,
  endGrants,
  expireCronChanges,
  handOverWaiting,
  findMissedRuns,
  forgetOldRuns,
  extendAllOrders,
  handOverStops,
  lapseDrills,
  handOverAllBudgets,
  makeDueBackups,
  proveDueBackups,
  handOverBackups,
  tendDrills,
  sweepBackups,
  sweepArtifacts,
  lapseRestores,
  drainAllAudit,
  wakeStreams,
  sendDueMails,
  sweepIdentity,
  sweepIdempotencyKeys,
  sweepHealthChanges,
  // Asks gateways, each of which may take its time: nothing waits behind it.
  checkDueConfigurations,
  checkDueAgents,
}

/** Runs the list. One that fails does not hold back the others; the call fails at the end so that it is retried. */
export const runCron = async (env: Env, execution: ExecutionContext): Promise<void> => {
  const ctx = backgroundContext(env, (work) => execution.waitUntil(work))
  let failed = 0
  for (const [name, verb] of Object.entries(everyMinute)) {
    try {
      await verb(ctx)
    } catch (error) {
      failed += 1
      logFault('cron.failed', error, { verb: name })
    }
  }
  log('cron', { outcome: failed === 0 ? 'ok' : 'failed', failed })
  if (failed > 0) throw new Error(`${failed} of the minute's verbs failed`)
}
