import { createApp } from './app.ts'

export { AuditLog } from '../durable-objects/audit-log/audit-log.ts'
export { ConnectorSession } from '../durable-objects/connector-session/connector-session.ts'

const app = createApp()

export default {
  fetch: app.fetch,
} satisfies ExportedHandler<Env>
