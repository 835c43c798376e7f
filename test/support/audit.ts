import { checkAuditLog } from './check-audit-log.ts'

/** The types of an organization's audit sequence, the oldest first, after the oracle has checked the whole of it. */
export const auditTypes = async (organizationId: string): Promise<string[]> =>
  (await checkAuditLog(organizationId)).map(({ type }) => type)
