import { and, asc, desc, eq, lt, lte } from 'drizzle-orm'
import { type Condition, type Database, insertWhere } from '../../platform/db.ts'
import { type Mail, mails } from './schema.ts'

export const insertMailStatement = (db: Database, mail: Mail, condition: Condition) =>
  insertWhere(db, mails, mail, condition)

export const dueMails = (db: Database, now: number, limit: number) =>
  db
    .select()
    .from(mails)
    .where(and(eq(mails.state, 'queued'), lte(mails.dueAt, now)))
    .orderBy(asc(mails.dueAt))
    .limit(limit)

/** Takes a mail for one try: of two that take it at once, one gets it. Until `dueAt` nobody else tries. */
export const takeMail = async (db: Database, mail: Mail, dueAt: number): Promise<boolean> => {
  const taken = await db
    .update(mails)
    .set({ attempts: mail.attempts + 1, dueAt })
    .where(and(eq(mails.id, mail.id), eq(mails.state, 'queued'), eq(mails.attempts, mail.attempts)))
    .returning({ id: mails.id })
  return taken.length > 0
}

export const settleMail = async (db: Database, mailId: string, outcome: Pick<Mail, 'state' | 'error'>) => {
  await db.update(mails).set(outcome).where(eq(mails.id, mailId))
}

export const listMails = (db: Database, beyond: string | undefined, limit: number) =>
  db
    .select()
    .from(mails)
    .where(beyond === undefined ? undefined : lt(mails.id, beyond))
    .orderBy(desc(mails.id))
    .limit(limit)

export const deleteMailsBefore = (db: Database, createdAt: number) =>
  db.delete(mails).where(lt(mails.createdAt, createdAt))
