import { and, desc, eq, isNull, lt, or } from 'drizzle-orm'
import type { Database } from '../../platform/db.ts'
import { users } from '../users/index.ts'
import { type ApiKeyRow, apiKeys } from './schema.ts'

export const insertApiKeyStatement = (db: Database, row: ApiKeyRow) => db.insert(apiKeys).values(row)

/** By the id that a secret names, revoked or not; of any organization, for the secret itself says which. */
export const findApiKey = (db: Database, keyId: string): Promise<ApiKeyRow | undefined> =>
  db.select().from(apiKeys).where(eq(apiKeys.id, keyId)).get()

export const listApiKeys = (db: Database, organizationId: string, beyond: string | undefined, limit: number) =>
  db
    .select({ key: apiKeys, createdByName: users.name })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .where(
      and(
        eq(apiKeys.organizationId, organizationId),
        isNull(apiKeys.revokedAt),
        beyond === undefined ? undefined : lt(apiKeys.id, beyond),
      ),
    )
    .orderBy(desc(apiKeys.id))
    .limit(limit)

export const revokeApiKeyStatement = (db: Database, organizationId: string, keyId: string, now: number) =>
  db
    .update(apiKeys)
    .set({ revokedAt: now })
    .where(and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.id, keyId), isNull(apiKeys.revokedAt)))

/** At most one write for each `everyMs`, however often a key is used. */
export const touchApiKey = async (db: Database, keyId: string, now: number, everyMs: number): Promise<void> => {
  await db
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(and(eq(apiKeys.id, keyId), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, now - everyMs))))
}
