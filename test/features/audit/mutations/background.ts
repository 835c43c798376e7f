import { type Mutation, none, proven } from './table.ts'

const reads = none('reads, and changes nothing that anybody could see')
const asks = none('asks a gateway through its connector; nothing is changed and nothing kept')
const told = none('the caller commits what happened together with its event, and this hands it over')
const closes = none('ends what has run out and was an event when it began; nobody sees a difference')

const log = (test: string, event: Parameters<typeof proven>[2]) =>
  proven('durable-objects/audit-log/keeping.workers.test.ts', test, event)
const masked = (test: string, event: Parameters<typeof proven>[2]) =>
  proven('features/masking/erasure.workers.test.ts', test, event)
const kept = (test: string, event: Parameters<typeof proven>[2]) =>
  proven('features/audit/keeping.workers.test.ts', test, event)
const spent = (subject: string, test: string, event: Parameters<typeof proven>[2]) =>
  proven(`features/budgets/${subject}.workers.test.ts`, test, event)
const hold = 'a hold forbids erasure until it is released, of what it is over'

/** What happens each minute without anybody asking: each verb of `worker/cron.ts`. */
export const everyMinuteWrites: Record<string, Mutation> = {
  expireDueApprovals: proven(
    'features/approvals/decide.workers.test.ts',
    'expires what is due, once, and leaves alone what is not',
    'approval.expired',
  ),
  redeliverStranded: told,
  lapseChanges: proven(
    'features/agents/changes.workers.test.ts',
    'an order that nobody answers lapses by the session, and one that was never handed over by the clock',
    'agent.change-failed',
  ),
  endGrants: proven(
    'features/grants/grants.workers.test.ts',
    'tells once that a grant is past its time or used up, and leaves alone what is not',
    'grant.expired',
  ),
  expireCronChanges: proven(
    'features/cron/queue.workers.test.ts',
    'what waited for a week is not made any more, and what was handed over and never answered lapses',
    'cron.change-failed',
  ),
  handOverWaiting: none('brings changes that wait on their way; what becomes of each is an event'),
  findMissedRuns: proven(
    'features/cron/changes.workers.test.ts',
    'a run that was due and did not happen is said once; one that runs, or whose gateway was away, is not',
    'cron.missed',
  ),
  forgetOldRuns: closes,
  extendAllOrders: proven(
    'features/kill-switch/kill-switch.workers.test.ts',
    'whoever comes into a stopped scope is stopped as well',
    'kill.extended',
  ),
  handOverStops: told,
  lapseDrills: proven(
    'features/kill-switch/kill-switch.workers.test.ts',
    'a drill is ordered, answered once, and kept',
    'kill.drilled',
  ),
  handOverAllBudgets: told,
  makeDueBackups: none('has backups made; that one is stored or failed is an event'),
  proveDueBackups: none('has packages opened; what that proves is an event'),
  handOverBackups: none('brings orders of backups on their way; what becomes of each is an event'),
  tendDrills: proven(
    'features/artifacts/backups.workers.test.ts',
    'drills come by the clock, and one that nobody answers lapses',
    'artifact.proved',
  ),
  sweepBackups: proven(
    'features/artifacts/backups.workers.test.ts',
    'retention deletes what no rule keeps, but never the last proven one nor what somebody stored by hand',
    'artifact.deleted',
  ),
  sweepArtifacts: proven(
    'features/artifacts/backups.workers.test.ts',
    'a backup that fails or that nobody answers is said once, and not forgotten',
    'backup.failed',
  ),
  lapseRestores: proven(
    'features/artifacts/restores.workers.test.ts',
    'one that nobody begins lapses, and one that nobody ends is a failure',
    'restore.failed',
  ),
  drainAllAudit: none('brings the events that are waiting into their sequences'),
  wakeStreams: none('wakes what delivers events; what it finds wrong is an event of the stream'),
  sendDueMails: none('sends what an event has asked for; the outbox says what became of it'),
  sweepIdentity: closes,
  sweepIdempotencyKeys: closes,
  sweepHealthChanges: none('forgets history of health after its time; the events of it stay in the sequence'),
  checkDueConfigurations: proven(
    'features/snapshots/snapshots.workers.test.ts',
    'a gateway that says its configuration changed is asked by the clock, once, and nothing is lost while it is away',
    'config.drifted',
  ),
  checkDueAgents: proven(
    'features/snapshots/surroundings.workers.test.ts',
    'files are versions with their texts, drift by line, and what the agent itself remembers is none',
    'config.drifted',
  ),
}

/** What the objects do for their callers: each method of their contracts in `durable-objects`. */
export const objectsWrite: Record<string, Record<string, Mutation>> = {
  'audit-log/rpc.ts': {
    append: none('is how an event is written'),
    page: reads,
    walk: reads,
    count: reads,
    event: reads,
    hourly: reads,
    head: reads,
    listen: none('remembers which streams to wake; the stream itself is an event'),
    unlisten: none('forgets which streams to wake; the stream itself is an event'),
    checkpoint: reads,
    freshCheckpoint: none('signs the sequence as it is: the signature is its own record'),
    tile: reads,
    inclusion: reads,
    consistency: reads,
    evidence: reads,
    proven: reads,
    state: reads,
    eraseSubject: masked(
      'an erased subject is gone for good, in every event, and the log still proves all of it',
      'audit.erased',
    ),
    eraseEvent: masked(
      'an erased event says nothing any more, cannot be found by what it said, and stays proven',
      'audit.erased',
    ),
    reveal: masked('what was masked can be read by those who may, and each reading is an event', 'audit.revealed'),
    rotateKey: proven(
      'durable-objects/audit-log/checkpoints.workers.test.ts',
      'signs beside the old one, both verify, and an event tells of it',
      'audit.key-rotated',
    ),
  },
  'audit-log/archive/rpc.ts': {
    keeping: reads,
    setRetention: kept(
      'retention is changed by who has seen the newest, and each change is an event',
      'audit.retention-changed',
    ),
    placeHold: kept(hold, 'audit.hold-placed'),
    releaseHold: kept(hold, 'audit.hold-released'),
    restore: kept(
      'what has left search says where it is, is restored from the archive, and the whole log verifies all along',
      'audit.restore-begun',
    ),
  },
  'audit-log/witnesses/rpc.ts': {
    witnesses: reads,
    changeWitnesses: proven(
      'features/audit/witnesses.workers.test.ts',
      'a witness is named, changed, asked, and removed, and each of it is told',
      'witness.added',
    ),
    submitToWitness: proven(
      'durable-objects/audit-log/witnesses.workers.test.ts',
      'of a log whose past was rewritten is one critical event, and another when it is mended',
      'witness.refused',
    ),
    witnessedCheckpoint: reads,
  },
  'audit-stream/rpc.ts': {
    wake: proven(
      'durable-objects/audit-stream/delivery.workers.test.ts',
      '410 stops it at once with the reason; resumed, it goes on where it was and says that it is well again',
      'stream.failing',
    ),
    changed: told,
    state: reads,
    deliveries: reads,
  },
  'connector-session/rpc.ts': {
    enqueue: told,
    enqueueAll: told,
    hangUp: none('the verb that pauses, removes or gives another token is the event; the socket follows it'),
    sync: asks,
    diagnose: asks,
    ask: asks,
    carryOut: told,
    health: reads,
  },
  'cost-ledger/rpc.ts': {
    record: spent(
      'stops',
      'runs that cross the limit at the same time stop the agents once, and the next period lets them go',
      'budget.exceeded',
    ),
    follow: spent(
      'stops',
      'a limit that is raised while agents are stopped lets them go; lowered again it stops them anew',
      'budget.reset',
    ),
    standings: reads,
    medianCosts: reads,
    awaitRaise: none('keeps what an approval would change; the approval is an event, and so is what it changes'),
    settleRaise: spent(
      'overrides',
      'an override waits for an approval, takes effect by itself, and lets the agents go',
      'budget.overridden',
    ),
    reset: spent('overrides', 'a reset lets the agents go and counts anew; a second one is a conflict', 'budget.reset'),
    project: none('brings sums to where lists read them; the runs that they are of are events'),
  },
  'database/rpc.ts': { run: none('is the database itself: who writes commits the event in the same call') },
  'approval-clock/rpc.ts': { wake: none('sets an alarm; what it finds due is an event of the approval') },
}

/** What the objects do by themselves when time has passed. */
export const alarmsWrite: Record<string, Mutation> = {
  'a period of a budget ends': spent(
    'stops',
    'runs that cross the limit at the same time stop the agents once, and the next period lets them go',
    'budget.reset',
  ),
  'old events leave search': log(
    'what is old leaves the window, and the log proves and says all of it as before',
    'audit.trimmed',
  ),
  'archived payloads end': log(
    'archived payloads go after their time, leaves and proofs stay',
    'audit.archive-expired',
  ),
  'a restored range leaves again': log(
    'a range comes back into search for some days, and leaves again',
    'audit.restore-ended',
  ),
  'a damaged archive is found': log(
    'an archive that was changed is not let in, and the log tells of it',
    'audit.archive-fault',
  ),
  'a silent connector is offline': proven(
    'durable-objects/connector-session/link.workers.test.ts',
    'silence is offline when it has lasted, not before, and a heartbeat ends it',
    'connector.offline',
  ),
  'an agent becomes degraded, and well again': proven(
    'features/health/health.workers.test.ts',
    'whose runs fail is degraded once that held, told once, and well again once that held',
    'agent.health-changed',
  ),
  'a connector becomes degraded, and well again': proven(
    'features/health/health.workers.test.ts',
    'that goes offline takes its agents along without an event for each',
    'connector.health-changed',
  ),
  'an unanswered change lapses': proven(
    'features/agents/changes.workers.test.ts',
    'an order that nobody answers lapses by the session, and one that was never handed over by the clock',
    'agent.change-failed',
  ),
  'a request escalates': proven(
    'features/approvals/clock.workers.test.ts',
    'comes when it is time, once, with its event',
    'approval.escalated',
  ),
}
