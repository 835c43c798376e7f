import { eq } from 'drizzle-orm'
import type { Database } from '../../../platform/db.ts'
import { auditPublicAddresses } from '../schema.ts'

export type PublicAddressRow = typeof auditPublicAddresses.$inferSelect

export const addressOf = async (db: Database, organizationId: string): Promise<PublicAddressRow | null> => {
  const [row] = await db
    .select()
    .from(auditPublicAddresses)
    .where(eq(auditPublicAddresses.organizationId, organizationId))
  return row ?? null
}

export const organizationAt = async (db: Database, token: string): Promise<string | null> => {
  const [row] = await db
    .select({ organizationId: auditPublicAddresses.organizationId })
    .from(auditPublicAddresses)
    .where(eq(auditPublicAddresses.token, token))
  return row?.organizationId ?? null
}

/** Of two that come at once the first one opens it. */
export const openStatement = (db: Database, row: PublicAddressRow) =>
  db.insert(auditPublicAddresses).values(row).onConflictDoNothing()

export const closeStatement = (db: Database, organizationId: string) =>
  db.delete(auditPublicAddresses).where(eq(auditPublicAddresses.organizationId, organizationId))
