import type { AuditEventType } from '../../../../worker/features/audit/contract.ts'

/** A test elsewhere that takes the route and looks at the events: its file below `test/`, and its name. */
interface Elsewhere {
  file: string
  test: string
}

/** What each mutating route of the API writes into the audit: the events, and where that is proven; or why none. */
export type Mutation = { events: AuditEventType[]; proof: 'driven' | Elsewhere } | { none: string }

const driven = (...events: AuditEventType[]): Mutation => ({ events, proof: 'driven' })
export const proven = (file: string, test: string, ...events: AuditEventType[]): Mutation => ({
  events,
  proof: { file, test },
})
export const none = (why: string): Mutation => ({ none: why })

const tries = none('asks what would happen, and changes nothing')
const aStream = (event: AuditEventType): Mutation =>
  proven(
    'features/audit/streams/routes.workers.test.ts',
    'a stream is set up, changed, paused, resumed, replayed, tested, given a new secret and removed; each is an event',
    event,
  )
const begins = none('begins a ceremony; what it ends in is an event')

const controlled = (event: AuditEventType) =>
  proven(
    'features/agents/control.workers.test.ts',
    'disabling denies every tool, and enabling puts back what was there, each once however often it is said',
    event,
  )
const inGroups = (event: AuditEventType) =>
  proven(
    'features/agents/registry.workers.test.ts',
    'a group is renamed and dissolved over its agents, and joined with no other',
    event,
  )
/** Whatever changes something at a gateway is ordered by one function, which tells of it: `agents/changes/order.ts`. */
const ordered = proven(
  'features/agents/changes.workers.test.ts',
  'a change is previewed without being made, then made, confirmed and told once',
  'agent.change-ordered',
  'agent.change-confirmed',
)

const scheduled = (event: AuditEventType, ...more: AuditEventType[]) =>
  proven(
    'features/cron/changes.workers.test.ts',
    'a job is added, changed, switched off, run and removed, each once, and told',
    event,
    ...more,
  )
const conflicted = (event: AuditEventType) =>
  proven(
    'features/cron/queue.workers.test.ts',
    'a job that was changed meanwhile is a conflict that shows both versions, and mine or theirs is the answer',
    event,
  )
const ofKillSwitch = (test: string, event: AuditEventType) =>
  proven('features/kill-switch/kill-switch.workers.test.ts', test, event)

const remembered = proven(
  'features/memory/memory.workers.test.ts',
  'a file is made, changed, removed and brought back, each version kept once and told once',
  'agent.change-ordered',
  'agent.change-confirmed',
  'memory.changed',
)

const ofBudgets = (subject: string, test: string, ...events: AuditEventType[]) =>
  proven(`features/budgets/${subject}.workers.test.ts`, test, ...events)
const ofArtifacts = (test: string, ...events: AuditEventType[]) =>
  proven('features/artifacts/artifacts.workers.test.ts', test, ...events)
const ofBackups = (test: string, ...events: AuditEventType[]) =>
  proven('features/artifacts/backups.workers.test.ts', test, ...events)
const ofRestores = (test: string, ...events: AuditEventType[]) =>
  proven('features/artifacts/restores.workers.test.ts', test, ...events)
const announced = none('announces a package; that it is stored is an event, and so is a backup that failed')

/** Closed: a mutating route that does not stand here fails the test, and so does one that stands here and is gone. */
export const mutations: Record<string, Mutation> = {
  'POST /auth/register': driven('user.registered', 'organization.created', 'member.joined'),
  'POST /auth/setup': proven(
    'features/auth/setup.installation.test.ts',
    'the first person is the owner of the first organization, and setup is over',
    'user.registered',
    'organization.created',
    'member.joined',
  ),
  'POST /auth/login': driven('user.signed-in'),
  'POST /auth/refresh': proven(
    'features/auth/sessions.workers.test.ts',
    'a refresh token works once; its second use ends the whole session and is audited',
    'session.reuse-detected',
  ),
  'POST /auth/logout': driven('user.signed-out'),
  'POST /auth/forgot-password': none('mails a link; what the link does is an event'),
  'POST /auth/reset-password': proven(
    'features/auth/passwords.workers.test.ts',
    'a mailed link sets the password once and ends every session',
    'user.password-reset',
  ),
  'POST /auth/change-password': driven('user.password-changed'),
  'POST /auth/verify-email': proven(
    'features/auth/passwords.workers.test.ts',
    'the link of the first mail verifies the address, once',
    'user.email-verified',
  ),
  'POST /auth/verify-email/send': none('mails a link; what the link does is an event'),
  'POST /auth/totp/enroll': begins,
  'POST /auth/totp/confirm': proven(
    'features/auth/totp.workers.test.ts',
    'a code is asked for, works once, and so does no older one',
    'user.totp-enabled',
  ),
  'POST /auth/totp/disable': proven(
    'features/auth/totp.workers.test.ts',
    'turning it off asks for password and code, and afterwards the password is enough',
    'user.totp-disabled',
  ),
  'POST /auth/oauth/:provider/link': begins,
  'DELETE /auth/oauth/:provider': driven('user.provider-unlinked'),
  'POST /auth/passkeys/register/options': begins,
  'POST /auth/passkeys/register': proven(
    'features/auth/passkeys.workers.test.ts',
    'a passkey is registered, signs in without a name, and both are audited',
    'user.passkey-added',
  ),
  'DELETE /auth/passkeys/:passkeyId': proven(
    'features/auth/passkeys.workers.test.ts',
    'a passkey is registered once, and removed by its own person only',
    'user.passkey-removed',
  ),
  'POST /auth/passkeys/login/options': begins,
  'POST /auth/passkeys/login': proven(
    'features/auth/passkeys.workers.test.ts',
    'a passkey is registered, signs in without a name, and both are audited',
    'user.signed-in',
  ),
  'POST /auth/device/code': begins,
  'POST /auth/device/token': proven(
    'features/auth/device.workers.test.ts',
    'a device gets a session of the organization in which it was approved, once',
    'user.signed-in',
  ),
  'POST /auth/device/decide': driven('device.denied'),
  'DELETE /auth/sessions': driven('session.revoked'),
  'DELETE /auth/sessions/:sessionId': driven('session.revoked'),
  'POST /organizations': driven('organization.created', 'member.joined'),
  'PATCH /organizations/current': driven('organization.renamed'),
  'POST /organizations/leave': driven('member.removed'),
  'PATCH /organizations/members/:userId': driven('member.role-changed'),
  'DELETE /organizations/members/:userId': driven('member.removed'),
  'POST /organizations/invitations': driven('invitation.created'),
  'POST /organizations/invitations/accept': proven(
    'features/organizations/invitations.workers.test.ts',
    'an invited person with an account joins by the mailed link, once',
    'member.joined',
  ),
  'DELETE /organizations/invitations/:invitationId': driven('invitation.revoked'),
  'POST /api-keys': driven('api-key.created'),
  'DELETE /api-keys/:keyId': driven('api-key.revoked'),
  'POST /budgets': ofBudgets('budgets', 'a budget is set, changed and removed, each once and told', 'budget.created'),
  'PATCH /budgets/:id': ofBudgets(
    'budgets',
    'a budget is set, changed and removed, each once and told',
    'budget.updated',
  ),
  'DELETE /budgets/:id': ofBudgets(
    'budgets',
    'a budget is set, changed and removed, each once and told',
    'budget.deleted',
  ),
  'POST /budgets/:id/override': ofBudgets(
    'overrides',
    'an override waits for an approval, takes effect by itself, and lets the agents go',
    'budget.overridden',
  ),
  'POST /budgets/:id/reset': ofBudgets(
    'overrides',
    'a reset lets the agents go and counts anew; a second one is a conflict',
    'budget.reset',
  ),
  'POST /kill-switch/preview': tries,
  'POST /kill-switch/disable': ofKillSwitch(
    'an order stops what it names, and only evidence from the gateway confirms it',
    'kill.ordered',
  ),
  'POST /kill-switch/recover': ofKillSwitch(
    'an order is taken back by its typed name, and what differs is told',
    'kill.recover-ordered',
  ),
  'POST /kill-switch/drills': ofKillSwitch('a drill is ordered, answered once, and kept', 'kill.drill-ordered'),
  'POST /connectors': driven('connector.created'),
  'PATCH /connectors/:id': driven('connector.renamed'),
  'DELETE /connectors/:id': driven('connector.removed', 'agent.removed'),
  'POST /connectors/:id/rotate-token': driven('connector.token-rotated'),
  'POST /connectors/:id/pause': driven('connector.paused'),
  'POST /connectors/:id/resume': driven('connector.resumed'),
  'POST /connectors/:id/sync': none('asks the connector to tell again; what it tells are events'),
  'POST /connectors/:id/diagnostics': tries,
  'POST /connectors/:id/diagnostics/stream': tries,
  'POST /connectors/:id/test': tries,
  'POST /connectors/:id/artifacts': announced,
  'PUT /artifacts/:id/content': ofArtifacts(
    'a package is announced, uploaded, listed, shown, downloaded as it was and opened',
    'artifact.stored',
  ),
  'DELETE /artifacts/:id': ofArtifacts(
    'deleting hides it at once, empties the bucket, and is told once; what is left is swept',
    'artifact.deleted',
  ),
  'POST /connector/artifacts': announced,
  'PUT /connector/artifacts/:id/content': ofBackups(
    'a backup on demand is one order, made by its connector once, and stored',
    'artifact.stored',
  ),
  'POST /connectors/:id/backups': none('has a backup made; that it is stored or failed is an event'),
  'PUT /connectors/:id/backup-schedule': ofBackups(
    'a schedule is set by who has seen the newest, and bad ones are refused',
    'backup.schedule-changed',
  ),
  'POST /artifacts/:id/drills': none('has a package opened; what that proves is an event'),
  'POST /connectors/:id/restores': ofRestores(
    'a restore is announced, begun, ended and told, each once',
    'restore.requested',
  ),
  'POST /connectors/:id/restores/:restoreId/report': ofRestores(
    'a restore is announced, begun, ended and told, each once',
    'restore.started',
    'restore.finished',
  ),
  'POST /approvals': driven('approval.opened'),
  'POST /approvals/shown': driven('approval.shown'),
  'POST /approvals/batch': driven('approval.decided'),
  'POST /approvals/:id/approve': driven('approval.decided'),
  'POST /approvals/:id/reject': driven('approval.decided'),
  'POST /approvals/:id/challenge': begins,
  'POST /approvals/:id/snooze': driven('approval.snoozed'),
  'POST /approvals/:id/hand-over': driven('approval.handed-over'),
  'POST /approvals/:id/comments': driven('approval.commented'),
  'POST /approvals/:id/confirm': driven('approval.confirmed'),
  'POST /approvals/:id/withdraw': driven('approval.withdrawn'),
  'POST /approvals/grants/coverage': tries,
  'POST /approvals/grants/:id/revoke': driven('grant.revoked'),
  'POST /approvals/rules/check': tries,
  'POST /approvals/rules/test': tries,
  'POST /approvals/rules/replay': tries,
  'POST /approvals/rules': driven('rules.changed'),
  'PUT /approvals/rules': driven('rules.changed'),
  'PUT /approvals/rules/order': driven('rules.changed'),
  'POST /approvals/rules/import': driven('rules.changed'),
  'PATCH /approvals/rules/:id': driven('rules.changed'),
  'DELETE /approvals/rules/:id': driven('rules.changed'),
  'PUT /audit/masking': driven('masking.changed'),
  'POST /audit/masking/test': tries,
  'POST /audit/subjects/:subject/erase': proven(
    'features/masking/erasure.workers.test.ts',
    'an erased subject is gone for good, in every event, and the log still proves all of it',
    'audit.erased',
  ),
  'POST /audit/events/:seq/erase': driven('audit.erased'),
  'POST /audit/log/keys': driven('audit.key-rotated'),
  'POST /audit/events/:seq/reveal': proven(
    'features/masking/erasure.workers.test.ts',
    'what was masked can be read by those who may, and each reading is an event',
    'audit.revealed',
  ),
  'PUT /audit/keeping/retention': driven('audit.retention-changed'),
  'POST /audit/keeping/holds': driven('audit.hold-placed'),
  'POST /audit/keeping/holds/:holdId/release': driven('audit.hold-released'),
  'POST /audit/keeping/restores': proven(
    'features/audit/keeping.workers.test.ts',
    'what has left search says where it is, is restored from the archive, and the whole log verifies all along',
    'audit.restore-begun',
  ),
  'PUT /audit/public-address': driven('audit.public-opened'),
  'POST /audit/witnesses': driven('witness.added'),
  'PUT /audit/witnesses/policy': proven(
    'durable-objects/audit-log/witnesses.workers.test.ts',
    'takes each key once, and no fewer than have to agree',
    'witness.policy-changed',
  ),
  'PATCH /audit/witnesses/:id': driven('witness.changed'),
  'DELETE /audit/witnesses/:id': driven('witness.removed'),
  'POST /audit/witnesses/:id/submit': none('has a checkpoint cosigned; what a witness refuses is an event'),
  'POST /audit/witness/logs': driven('witness.log-trusted'),
  'PUT /audit/witness/logs/:id': driven('witness.log-changed'),
  'DELETE /audit/witness/logs/:id': driven('witness.log-removed'),
  'POST /witness/:organizationId/add-checkpoint': proven(
    'features/witness/witness.workers.test.ts',
    'tells once when a log has signed two trees of one size',
    'witness.log-contradicted',
  ),
  'POST /agents': proven(
    'features/agents/registry.workers.test.ts',
    'an agent is made at its gateway, appears under the id that it was promised, and is told once',
    'agent.change-ordered',
    'agent.change-confirmed',
  ),
  'DELETE /agents/:id': proven(
    'features/agents/registry.workers.test.ts',
    'an agent is taken out of its gateway by its typed name, and forgotten once the gateway has it no more',
    'agent.change-ordered',
    'agent.change-confirmed',
    'agent.forgotten',
  ),
  'PATCH /resource-groups/:name': inGroups('agent.group-renamed'),
  'DELETE /resource-groups/:name': inGroups('agent.group-removed'),
  'PATCH /agents/:id': proven(
    'features/agents/control.workers.test.ts',
    'what people say of an agent is theirs: with If-Match, once, and only of members',
    'agent.described',
  ),
  'POST /agents/:id/disable': controlled('agent.disabled'),
  'POST /agents/:id/enable': controlled('agent.enabled'),
  'POST /agents/:id/sync': none('asks the gateway to tell again; what it tells are events'),
  'POST /agents/:id/test': tries,
  'POST /agents/:id/config/preview': tries,
  'POST /agents/:id/effective/preview': tries,
  'PATCH /agents/:id/config': ordered,
  'POST /agents/:id/rollback/preview': tries,
  'POST /agents/:id/rollback': proven(
    'features/snapshots/rollback.workers.test.ts',
    'an earlier version is put back, read back with its hash, and the undoing is undone',
    'config.rolled-back',
  ),
  'POST /agents/:id/drift-check': none('asks the gateway; what differs there is an event of its own'),
  'PUT /drift/ignores': driven('config.drift-ignores-changed'),
  'POST /agents/:id/drift/accept': proven(
    'features/snapshots/snapshots.workers.test.ts',
    'what somebody changed at the gateway is drift until it is accepted, once',
    'config.drift-accepted',
  ),
  'PUT /agents/:id/files/:name': ordered,
  'PUT /agents/:id/memory/files/:path': remembered,
  'DELETE /agents/:id/memory/files/:path': remembered,
  'POST /agents/:id/memory/rollback': remembered,
  'POST /agents/:id/cron': ordered,
  'PATCH /agents/:id/cron/:jobId': ordered,
  'DELETE /agents/:id/cron/:jobId': ordered,
  'POST /agents/:id/cron/:jobId/run': ordered,
  'POST /cron/jobs': scheduled('cron.change-ordered', 'cron.change-applied'),
  'PATCH /cron/jobs/:id': scheduled('cron.change-ordered', 'cron.change-applied', 'cron.threshold-changed'),
  'DELETE /cron/jobs/:id': scheduled('cron.change-ordered', 'cron.change-applied'),
  'POST /cron/jobs/:id/enable': scheduled('cron.change-ordered'),
  'POST /cron/jobs/:id/disable': scheduled('cron.change-ordered'),
  'POST /cron/jobs/:id/run': scheduled('cron.change-ordered'),
  'PUT /cron/settings': scheduled('cron.threshold-changed'),
  'POST /cron/changes/:id/cancel': proven(
    'features/cron/queue.workers.test.ts',
    'while the gateway is away changes wait, merge, and can be taken back; then each is made once, in order',
    'cron.change-cancelled',
  ),
  'POST /cron/changes/:id/resolve': conflicted('cron.change-resolved'),
  'POST /audit/searches': driven('audit.search-saved'),
  'PATCH /audit/searches/:id': driven('audit.search-changed'),
  'DELETE /audit/searches/:id': driven('audit.search-removed'),
  'POST /audit/streams': aStream('stream.created'),
  'PATCH /audit/streams/:id': aStream('stream.changed'),
  'DELETE /audit/streams/:id': aStream('stream.removed'),
  'POST /audit/streams/:id/pause': aStream('stream.paused'),
  'POST /audit/streams/:id/resume': aStream('stream.resumed'),
  'POST /audit/streams/:id/replay': aStream('stream.replayed'),
  'POST /audit/streams/:id/test': aStream('stream.tested'),
  'POST /audit/streams/:id/rotate-secret': aStream('stream.secret-rotated'),
}

/** Reading that is an event, though nothing changes. */
export const sensitiveReads: Record<string, AuditEventType> = {
  'GET /audit/events/export': 'audit.exported',
  'GET /audit/export': 'audit.exported',
  'GET /artifacts/:id/content': 'artifact.downloaded',
}
