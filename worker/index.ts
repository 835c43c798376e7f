import { createApp } from './app.ts'
import { runCron } from './cron.ts'
import { isOwnPath } from './http/own-paths.ts'

export { ApprovalClock } from '../durable-objects/approval-clock/approval-clock.ts'
export { AuditLog } from '../durable-objects/audit-log/audit-log.ts'
export { AuditStream } from '../durable-objects/audit-stream/audit-stream.ts'
export { ConnectorSession } from '../durable-objects/connector-session/connector-session.ts'
export { CostLedger } from '../durable-objects/cost-ledger/cost-ledger.ts'
export { Database } from '../durable-objects/database/database.ts'

const app = createApp()

export default {
  // In the cloud the assets come before the Worker. On one machine it comes first: two hops less for each call of the API.
  fetch: (request, env, execution) =>
    isOwnPath(new URL(request.url).pathname) ? app.fetch(request, env, execution) : env.ASSETS.fetch(request),
  scheduled: (_controller, env, execution) => runCron(env, execution),
} satisfies ExportedHandler<Env>
