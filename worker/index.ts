import { createApp } from './app.ts'
import { runCron } from './cron.ts'

export { ApprovalClock } from '../durable-objects/approval-clock/approval-clock.ts'
export { AuditLog } from '../durable-objects/audit-log/audit-log.ts'
export { ConnectorSession } from '../durable-objects/connector-session/connector-session.ts'

const app = createApp()

export default {
  fetch: app.fetch,
  scheduled: (_controller, env, execution) => runCron(env, execution),
} satisfies ExportedHandler<Env>
