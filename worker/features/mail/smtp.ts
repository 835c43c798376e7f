import { LogLevel, WorkerMailer } from 'worker-mailer'
import type { Letter } from './post.ts'

const timeoutMs = 15_000

/** Hands a mail to the SMTP server at `smtp://` (STARTTLS where offered) or `smtps://` (TLS from the start). */
export const sendBySmtp = async (smtpUrl: string, from: string, { to, subject, text }: Letter): Promise<void> => {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl)
  const secure = protocol === 'smtps:'
  await WorkerMailer.send(
    {
      host: hostname,
      port: port ? Number(port) : secure ? 465 : 587,
      secure,
      startTls: !secure,
      ...(username && {
        credentials: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
        authType: ['plain' as const, 'login' as const],
      }),
      socketTimeoutMs: timeoutMs,
      responseTimeoutMs: timeoutMs,
      logLevel: LogLevel.NONE,
    },
    { from: mailbox(from), to, subject, text },
  )
}

/** `Name <address>` or an address alone. */
const mailbox = (from: string) => {
  const [, name, email] = /^(.*?)\s*<([^<>]+)>$/.exec(from) ?? []
  return email ? { name: name ?? '', email } : { email: from }
}
