import { and, desc, eq, gt, isNull, lt, ne, or } from 'drizzle-orm'
import { always, type Condition, type Database, insertWhere } from '../../../platform/db.ts'
import { type Session, sessions } from '../schema.ts'

export const insertSessionStatement = (db: Database, row: Session, condition: Condition = always) =>
  insertWhere(db, sessions, row, condition)

export const findSession = (db: Database, sessionId: string): Promise<Session | undefined> =>
  db.select().from(sessions).where(eq(sessions.id, sessionId)).get()

const alive = (now: number) => and(isNull(sessions.revokedAt), gt(sessions.expiresAt, now))

export const listSessions = (db: Database, userId: string, now: number) =>
  db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), alive(now)))
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id))
    .limit(200)

/** Where the person worked last. */
export const lastOrganizationOf = async (db: Database, userId: string): Promise<string | undefined> => {
  const row = await db
    .select({ organizationId: sessions.organizationId })
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(desc(sessions.lastUsedAt))
    .limit(1)
    .get()
  return row?.organizationId
}

type Rotation = Pick<Session, 'tokenDigest' | 'organizationId' | 'lastUsedAt' | 'expiresAt' | 'userAgent' | 'ipAddress'>

/** Replaces the refresh token; false for whoever comes second with the same one. */
export const rotate = async (db: Database, session: Session, next: Rotation): Promise<boolean> => {
  const rotated = await db
    .update(sessions)
    .set(next)
    .where(and(eq(sessions.id, session.id), eq(sessions.tokenDigest, session.tokenDigest), isNull(sessions.revokedAt)))
    .returning({ id: sessions.id })
  return rotated.length > 0
}

export const revokeStatement = (db: Database, userId: string, sessionId: string, now: number) =>
  db
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId), isNull(sessions.revokedAt)))

/** Every session of a person, if `condition` holds. */
export const revokeAllStatement = (db: Database, userId: string, now: number, condition: Condition) =>
  db
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt), condition))

/** Every session of a person but this one, if `condition` holds. */
export const revokeOthersStatement = (
  db: Database,
  userId: string,
  keptId: string | null,
  now: number,
  condition: Condition,
) =>
  db
    .update(sessions)
    .set({ revokedAt: now })
    .where(and(eq(sessions.userId, userId), ne(sessions.id, keptId ?? ''), isNull(sessions.revokedAt), condition))

export const deleteEndedSessions = (db: Database, before: number) =>
  db.delete(sessions).where(or(lt(sessions.expiresAt, before), lt(sessions.revokedAt, before)))
