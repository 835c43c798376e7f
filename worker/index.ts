import { createApp } from './app.ts'
import { runCron } from './cron.ts'
import { compressed, isFromElsewhere } from './http/compressed.ts'
import { answerFile } from './http/files.ts'
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
  fetch: async (request, env, execution) => {
    if (!isOwnPath(new URL(request.url).pathname)) return answerFile(request, env.ASSETS)
    const answer = await app.fetch(request, env, execution)
    return isFromElsewhere(request) ? compressed(request, answer) : answer
  },
  scheduled: (_controller, env, execution) => runCron(env, execution),
} satisfies ExportedHandler<Env>
