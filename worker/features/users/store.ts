import { and, eq, isNull, sql } from 'drizzle-orm'
import { type Condition, type Database, insertWhere } from '../../platform/db.ts'
import { type User, users } from './schema.ts'

export const findUser = (db: Database, userId: string): Promise<User | undefined> =>
  db.select().from(users).where(eq(users.id, userId)).get()

/** `email` in lower case. */
export const findUserByEmail = (db: Database, email: string): Promise<User | undefined> =>
  db.select().from(users).where(eq(users.email, email)).get()

export const anyUserExists = async (db: Database): Promise<boolean> =>
  (await db.select({ id: users.id }).from(users).limit(1).get()) !== undefined

/** Fails the whole batch when the address is taken. */
export const insertUserStatement = (db: Database, user: User) => db.insert(users).values(user)

/** For whatever else a batch does only if its guarded insert of this person landed. */
export const userExists = (userId: string): Condition =>
  sql`exists (select 1 from ${users} where ${users.id} = ${userId})`

/** The first person of an installation: of two who try, one is inserted. */
export const insertFirstUserStatement = (db: Database, user: User) =>
  insertWhere(db, users, user, sql`not exists (select 1 from ${users})`)

/** Inserts the person only if `condition` holds. */
export const insertUserWhereStatement = (db: Database, user: User, condition: Condition) =>
  insertWhere(db, users, user, condition)

export const verifyEmailStatement = (db: Database, userId: string, at: number) =>
  db
    .update(users)
    .set({ emailVerifiedAt: at })
    .where(and(eq(users.id, userId), isNull(users.emailVerifiedAt)))

/** Whether a batch failed because somebody has the address already. */
export const isEmailTaken = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message.includes('UNIQUE constraint failed: users.email') || isEmailTaken(error.cause))
