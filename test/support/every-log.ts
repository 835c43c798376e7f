import { checkAuditLog } from './check-audit-log.ts'

/** The sequences that the running test has to do with. */
const touched = new Set<string>()
/** Where tests are about the sequence itself. */
const aboutAudit = /\/test\/(?:durable-objects\/audit-|features\/(?:audit|masking|witness)\/)/

/** Has the whole sequence of the organization re-verified at the end of the test. */
export const touches = (organizationId: string): string => {
  touched.add(organizationId)
  return organizationId
}

/** The test spoils the sequence on purpose: the oracle would find it wrong. */
export const spoils = (organizationId: string): void => {
  touched.delete(organizationId)
}

/** At the end of each test; those about other things leave their sequences alone. */
export const checkTouched = async (testPath: string): Promise<void> => {
  const logs = [...touched]
  touched.clear()
  if (aboutAudit.test(testPath)) for (const id of logs) await checkAuditLog(id)
}
