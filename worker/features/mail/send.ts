import type { RequestContext } from '../../platform/context.ts'
import { logFault } from '../../platform/log.ts'
import { unseal } from '../../platform/seal.ts'
import type { Mail } from './schema.ts'
import { sendBySmtp } from './smtp.ts'
import { deleteMailsBefore, dueMails, settleMail, takeMail } from './store.ts'

const batchSize = 20
const attemptsMax = 8
const minuteMs = 60_000
const keptMs = 30 * 86_400_000

/** Sends what is due after the answer went out. */
export const sendSoon = (ctx: RequestContext): void => {
  if (ctx.config.mail.smtpUrl) ctx.waitUntil(sendDueMails(ctx))
}

/**
 * Cron: sends queued mails whose time has come; each is tried again later, eight times over two hours, and then given
 * up. A crash between sending and noting it sends a mail twice, which a reader forgives and a lost one not. Mails older
 * than 30 days go.
 */
export const sendDueMails = async (ctx: RequestContext): Promise<void> => {
  const now = ctx.now().getTime()
  await deleteMailsBefore(ctx.db, now - keptMs)
  const { smtpUrl } = ctx.config.mail
  if (!smtpUrl) return
  for (const mail of await dueMails(ctx.db, now, batchSize)) {
    if (await takeMail(ctx.db, mail, now + minuteMs * 2 ** mail.attempts)) await trySending(ctx, smtpUrl, mail)
  }
}

const trySending = async (ctx: RequestContext, smtpUrl: string, mail: Mail) => {
  const { id, to, subject } = mail
  try {
    await sendBySmtp(smtpUrl, ctx.config.mail.from, { to, subject, text: await unseal(ctx.config, id, mail.text) })
    await settleMail(ctx.db, id, { state: 'sent', error: null })
  } catch (error) {
    logFault('mail.not-sent', error, { mailId: id })
    const isOver = mail.attempts + 1 >= attemptsMax
    const reason = error instanceof Error ? error.message.slice(0, 500) : 'unknown'
    await settleMail(ctx.db, id, { state: isOver ? 'failed' : 'queued', error: reason })
  }
}
