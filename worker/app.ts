import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { activityRoutes } from './features/activity/routes.ts'
import { agentChangeRoutes } from './features/agents/changes/routes.ts'
import { agentConfigRoutes } from './features/agents/config/routes.ts'
import { agentCronRoutes } from './features/agents/cron/routes.ts'
import { agentEffectiveRoutes } from './features/agents/explain/routes.ts'
import { agentFileRoutes } from './features/agents/files/routes.ts'
import { agentLiveRoutes } from './features/agents/live/routes.ts'
import { agentRegistryRoutes } from './features/agents/registry/routes.ts'
import { resourceGroupRoutes } from './features/agents/resource-groups/routes.ts'
import { agentRoutes } from './features/agents/routes.ts'
import { callerByApiKey } from './features/api-keys/index.ts'
import { apiKeyRoutes } from './features/api-keys/routes.ts'
import { attentionRoutes } from './features/approvals/attention/routes.ts'
import { decisionRoutes } from './features/approvals/decision/routes.ts'
import { requesterRoutes } from './features/approvals/requester/routes.ts'
import { approvalRoutes } from './features/approvals/routes.ts'
import { statisticsRoutes } from './features/approvals/statistics/routes.ts'
import { backupRoutes } from './features/artifacts/backups/routes.ts'
import { connectorArtifactRoutes } from './features/artifacts/connector/routes.ts'
import { artifactDrillRoutes } from './features/artifacts/drills/routes.ts'
import { restoreRoutes } from './features/artifacts/restores/routes.ts'
import { artifactRoutes } from './features/artifacts/routes.ts'
import { erasureRoutes } from './features/audit/erasure/routes.ts'
import { auditExportRoutes } from './features/audit/export/routes.ts'
import { recordRefusal } from './features/audit/index.ts'
import { keepingRoutes } from './features/audit/keeping/routes.ts'
import { auditLogRoutes } from './features/audit/log/routes.ts'
import { publicAddressRoutes, publicLogRoutes } from './features/audit/public/routes.ts'
import { auditRoutes } from './features/audit/routes.ts'
import { savedSearchRoutes } from './features/audit/searches/routes.ts'
import { auditStreamRoutes } from './features/audit/streams/routes.ts'
import { witnessesRoutes } from './features/audit/witnesses/routes.ts'
import { authRoutes, wellKnownRoutes } from './features/auth/routes.ts'
import { budgetRoutes } from './features/budgets/routes.ts'
import { connectorRoutes } from './features/connectors/routes.ts'
import { connectorSocket } from './features/connectors/socket.ts'
import { costRoutes } from './features/cost/routes.ts'
import { cronChangeRoutes } from './features/cron/changes/routes.ts'
import { cronJobRoutes } from './features/cron/routes.ts'
import { cronSummaryRoutes } from './features/cron/summary/routes.ts'
import { dashboardRoutes } from './features/dashboard/routes.ts'
import { grantRoutes } from './features/grants/routes.ts'
import { healthRoutes } from './features/health/routes.ts'
import { idempotencyKeys } from './features/idempotency/index.ts'
import { killDrillRoutes } from './features/kill-switch/drills/routes.ts'
import { killSwitchRoutes } from './features/kill-switch/routes.ts'
import { operatorMailRoutes } from './features/mail/routes.ts'
import { maskingRoutes } from './features/masking/routes.ts'
import { memoryRoutes } from './features/memory/routes.ts'
import { organizationsRoutes } from './features/organizations/routes.ts'
import { ruleRoutes } from './features/rules/routes.ts'
import { snapshotRoutes } from './features/snapshots/routes.ts'
import { publicWitnessRoutes, witnessRoutes } from './features/witness/routes.ts'
import { tellRefusals } from './http/access.ts'
import { api } from './http/api.ts'
import type { AppEnv } from './http/app-env.ts'
import { authenticate } from './http/authenticate.ts'
import { documentOf } from './http/document.ts'
import { idempotent } from './http/idempotency.ts'
import { jsonBodies } from './http/json-bodies.ts'
import { answerProblem } from './http/problem.ts'
import { request } from './http/request.ts'
import { KeepingRouter } from './http/router.ts'
import { AppError, notFound } from './platform/errors.ts'

const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new AppError('too_large', `A body may have ${maxSize} bytes.`)
    },
  })
const usualBody = limitBody(256 * 1024)
/** A thousand decisions, each with the longest reason. */
const largerBodies = new Map([['/api/v1/approvals/batch', limitBody(4 * 1024 * 1024)]])
/** A whole rule set. */
for (const path of ['', '/import', '/test', '/replay'])
  largerBodies.set(`/api/v1/approvals/rules${path}`, limitBody(2 * 1024 * 1024))

/** What a package says of itself, beside what it is announced with. */
const manifestBody = limitBody(2 * 1024 * 1024)
const announces = /^\/api\/v1\/(connectors\/[^/]+|connector)\/artifacts$/
const bodyLimitOf = (path: string) => largerBodies.get(path) ?? (announces.test(path) ? manifestBody : usualBody)
/** The bytes of a package: no JSON, as many as were announced, streamed on and never kept here. */
const isContent = ({ req }: Context<AppEnv>) =>
  req.method === 'PUT' && /^\/api\/v1\/(connector\/)?artifacts\/[^/]+\/content$/.test(req.path)

/** A request for an approval keeps its key with the approval, for good. */
const approvalsPath = '/api/v1/approvals'
/** Each reading of what was masked is an event: none is answered from what was kept of an earlier one, and none is kept. */
const reveals = /^\/api\/v1\/audit\/events\/[^/]+\/reveal$/

/** The table of contents: what every request passes, then one line for each feature. */
export const createApp = () => {
  const app = api({ router: new KeepingRouter() })
  app.onError(answerProblem)
  app.notFound((c) => answerProblem(notFound('Path'), c))
  app.use(request)
  app.use((c, next) => (isContent(c) ? next() : bodyLimitOf(c.req.path)(c, next)))

  app.get('/health', (c) => c.json({ ok: true }))
  app.route('/', connectorSocket)
  app.route('/', wellKnownRoutes)
  app.route('/api/v1', operatorMailRoutes)
  // Before sign-in: verifiers have no account.
  app.route('/api/v1', publicLogRoutes)
  app.route('/api/v1', publicWitnessRoutes)
  app.route('/api/v1', connectorArtifactRoutes)
  app.use('/api/v1/*', authenticate({ byApiKey: callerByApiKey }))
  app.use('/api/v1/*', tellRefusals(recordRefusal))
  app.route('/api/v1', authRoutes)
  // Behind auth, whose device flow takes forms (RFC 8628).
  app.use('/api/v1/*', (c, next) => (isContent(c) ? next() : jsonBodies(c, next)))
  app.use(
    '/api/v1/*',
    idempotent({
      keys: idempotencyKeys,
      except: (c) => c.req.path === approvalsPath || reveals.test(c.req.path) || isContent(c),
    }),
  )
  app.route('/api/v1', organizationsRoutes)
  app.route('/api/v1', apiKeyRoutes)
  app.route('/api/v1', agentRoutes)
  app.route('/api/v1', agentRegistryRoutes)
  app.route('/api/v1', resourceGroupRoutes)
  app.route('/api/v1', agentConfigRoutes)
  app.route('/api/v1', agentLiveRoutes)
  app.route('/api/v1', agentEffectiveRoutes)
  app.route('/api/v1', agentFileRoutes)
  app.route('/api/v1', memoryRoutes)
  app.route('/api/v1', agentCronRoutes)
  app.route('/api/v1', agentChangeRoutes)
  app.route('/api/v1', cronJobRoutes)
  app.route('/api/v1', cronChangeRoutes)
  app.route('/api/v1', cronSummaryRoutes)
  app.route('/api/v1', snapshotRoutes)
  app.route('/api/v1', connectorRoutes)
  app.route('/api/v1', artifactRoutes)
  app.route('/api/v1', backupRoutes)
  app.route('/api/v1', artifactDrillRoutes)
  app.route('/api/v1', restoreRoutes)
  app.route('/api/v1', killSwitchRoutes)
  app.route('/api/v1', killDrillRoutes)
  app.route('/api/v1', costRoutes)
  app.route('/api/v1', budgetRoutes)
  app.route('/api/v1', ruleRoutes)
  app.route('/api/v1', attentionRoutes)
  app.route('/api/v1', decisionRoutes)
  app.route('/api/v1', statisticsRoutes)
  app.route('/api/v1', grantRoutes)
  app.route('/api/v1', requesterRoutes)
  app.route('/api/v1', approvalRoutes)
  app.route('/api/v1', maskingRoutes)
  app.route('/api/v1', erasureRoutes)
  // Before the events themselves, whose numbers stand where its name does.
  app.route('/api/v1', auditExportRoutes)
  app.route('/api/v1', auditRoutes)
  app.route('/api/v1', auditLogRoutes)
  app.route('/api/v1', auditStreamRoutes)
  app.route('/api/v1', keepingRoutes)
  app.route('/api/v1', publicAddressRoutes)
  app.route('/api/v1', witnessesRoutes)
  app.route('/api/v1', witnessRoutes)
  app.route('/api/v1', savedSearchRoutes)
  app.route('/api/v1', activityRoutes)
  app.route('/api/v1', dashboardRoutes)
  app.route('/api/v1', healthRoutes)
  const takesKey = (path: string) => path !== approvalsPath && !path.startsWith('/api/v1/auth/') && !reveals.test(path)
  // Made when somebody first asks, and kept: it is a megabyte, it never changes, and anybody may ask.
  let document: string | null = null
  app.get('/api/openapi.json', (c) => {
    document ??= JSON.stringify(documentOf(app, { takesKey }))
    return c.body(document, 200, { 'content-type': 'application/json' })
  })
  return app
}
