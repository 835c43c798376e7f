import type { AuditStreamRpc } from './rpc.ts'

/** The object of a stream: the only place that names the binding. */
export const auditStream = (env: Env, streamId: string): AuditStreamRpc =>
  env.AUDIT_STREAM.get(env.AUDIT_STREAM.idFromName(streamId))
