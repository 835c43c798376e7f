import { OutboxMail } from '../../worker/features/mail/contract.ts'
import { Page } from '../../worker/platform/contract.ts'
import { call } from './call.ts'
import { testSecrets } from './test-secrets.ts'

/** The kept mails to an address, the newest first, read as the operator reads them. */
export const mailsTo = async (address: string): Promise<OutboxMail[]> => {
  const headers = { authorization: `Bearer ${testSecrets.OPERATOR_TOKEN}` }
  const page = Page(OutboxMail).parse(await (await call('/api/v1/operator/mail?limit=200', { headers })).json())
  return page.items.filter(({ to }) => to === address)
}

/** The token in the link of the newest mail to an address. */
export const mailedToken = async (address: string, page: string): Promise<string> => {
  const mail = (await mailsTo(address)).find(({ text }) => text.includes(`/${page}?`))
  const link = /https?:\S+/.exec(mail?.text ?? '')?.[0]
  if (!link) throw new Error(`no mail to ${address} links to ${page}`)
  return [...new URL(link).searchParams.values()][0] ?? ''
}
