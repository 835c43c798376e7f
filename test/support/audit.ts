import { env } from 'cloudflare:test'
import { auditLog } from '../../durable-objects/audit-log/stub.ts'

/** The types of an organization's audit sequence, the oldest first. */
export const auditTypes = async (organizationId: string): Promise<string[]> => {
  const request = { filter: {}, order: 'oldest' as const, limit: 200, beyond: null }
  const { entries } = await auditLog(env, organizationId).page(request)
  return entries.map(({ type }) => type)
}
