import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OutboxMail } from '../../../worker/features/mail/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { testSecrets } from '../../support/test-secrets.ts'
import { startWorker } from '../../support/worker-in-node.ts'

const received: { from: string; to: string[]; data: string; user: string }[] = []
const refusing = { on: false }
let worker: Awaited<ReturnType<typeof startWorker>>
let smtp: SMTPServer

beforeAll(async () => {
  smtp = new SMTPServer({
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      password === 'p@ss' ? done(null, { user: username }) : done(new Error('wrong password')),
    onMailFrom: (_address, _session, done) => done(refusing.on ? new Error('not now') : null),
    onData: (stream, { envelope, user }, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : ''
        const to = envelope.rcptTo.map(({ address }) => address)
        received.push({ from, to, data: Buffer.concat(chunks).toString(), user: String(user) })
        done()
      })
    },
  })
  const server = smtp.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  worker = await startWorker({
    SMTP_URL: `smtp://butler:p%40ss@127.0.0.1:${address.port}`,
    MAIL_FROM: 'ClawButler <butler@example.test>',
  })
  await post('/auth/setup', {
    token: testSecrets.SETUP_TOKEN,
    email: 'first@example.test',
    password: 'correct horse battery staple',
    name: 'First',
    organizationName: 'Works',
  })
}, 60_000)

afterAll(async () => {
  await worker.stop()
  await new Promise<void>((resolve) => smtp.close(() => resolve()))
})

const post = (path: string, body: object) =>
  fetch(`${worker.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const outbox = async () => {
  const headers = { authorization: `Bearer ${testSecrets.OPERATOR_TOKEN}` }
  const answer = await fetch(`${worker.url}/api/v1/operator/mail`, { headers })
  return Page(OutboxMail).parse(await answer.json()).items
}

test('a mail goes to the SMTP server with its name and password, readable in both languages', async () => {
  await expect.poll(() => received.length).toBe(1)
  const [mail] = received
  expect(mail).toMatchObject({ from: 'butler@example.test', to: ['first@example.test'], user: 'butler' })
  const [kept] = await outbox()
  expect(kept?.subject).toContain('确认你的邮箱')
  const text = decoded(mail?.data ?? '')
  expect(text).toContain(/http:\S+verify-email\S+/.exec(kept?.text ?? '')?.[0])
  expect(text).toContain('打开下面的链接')
  await expect.poll(async () => (await outbox())[0]?.state).toBe('sent')
})

test('a mail that the server refuses waits for its next try, with the reason', async () => {
  refusing.on = true
  await post('/auth/forgot-password', { email: 'first@example.test' })
  await expect.poll(async () => (await outbox())[0]?.error).toContain('not now')
  expect((await outbox())[0]?.state).toBe('queued')
  refusing.on = false
  await worker.database.exec('update mails set due_at = 0')
  // Any later mail takes along what is due, as cron does.
  await post('/auth/forgot-password', { email: 'first@example.test' })
  await expect.poll(async () => (await outbox()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent'])
})

/** Quoted-printable or base64 or neither, whatever the mailer chose. */
const decoded = (data: string) => {
  const unfolded = data
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/((?:=[0-9A-F]{2})+)/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString())
  const parts = unfolded.split(/\r?\n\r?\n/).map((part) => Buffer.from(part, 'base64').toString())
  return [unfolded, ...parts].join('\n')
}
