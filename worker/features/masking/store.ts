import { and, eq } from 'drizzle-orm'
import type { Database } from '../../platform/db.ts'
import { type MaskingRow, maskingPolicies } from './schema.ts'

export const maskingRow = async (db: Database, organizationId: string): Promise<MaskingRow | undefined> => {
  const [row] = await db.select().from(maskingPolicies).where(eq(maskingPolicies.organizationId, organizationId))
  return row
}

/** Of two that come at once the first makes the key, and the second finds it. */
export const insertFirst = async (db: Database, row: MaskingRow): Promise<void> => {
  await db.insert(maskingPolicies).values(row).onConflictDoNothing()
}

/** Changes a row only while it is at the version that the caller has seen. */
export const changeStatement = (
  db: Database,
  organizationId: string,
  seen: number,
  changed: Pick<MaskingRow, 'policy' | 'changedAt' | 'changedByName'>,
) =>
  db
    .update(maskingPolicies)
    .set({ ...changed, version: seen + 1 })
    .where(and(eq(maskingPolicies.organizationId, organizationId), eq(maskingPolicies.version, seen)))
