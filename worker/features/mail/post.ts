import type { RequestContext } from '../../platform/context.ts'
import { always, type Condition } from '../../platform/db.ts'
import { seal } from '../../platform/seal.ts'
import type { Mail } from './schema.ts'
import { insertMailStatement } from './store.ts'

export interface Letter {
  to: string
  subject: string
  text: string
}

/** A mail for the outbox. Its text is sealed at rest, because it may hold a link that opens an account. */
export const newMail = async (ctx: RequestContext, { to, subject, text }: Letter): Promise<Mail> => {
  const id = ctx.newId('mai')
  const at = ctx.now().getTime()
  return {
    id,
    to,
    // One line, or a name in it could add headers of its own.
    subject: subject.replaceAll(/\s+/g, ' '),
    text: await seal(ctx.config, id, text),
    state: ctx.config.mail.smtpUrl ? 'queued' : 'kept',
    error: null,
    attempts: 0,
    dueAt: at,
    createdAt: at,
  }
}

/** Posts a mail in the batch of the act that it tells about; `sendSoon` comes behind the commit. */
export const mailStatement = (ctx: RequestContext, mail: Mail, condition: Condition = always) =>
  insertMailStatement(ctx.db, mail, condition)
