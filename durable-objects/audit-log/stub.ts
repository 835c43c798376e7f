import type { AuditLogRpc } from './rpc.ts'

type Stub = AuditLogRpc & { fetch: (request: Request) => Promise<Response> }

/** The audit sequence of an organization: the only place that names the binding. */
export const auditLog = (env: Env, organizationId: string): Stub =>
  env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))
