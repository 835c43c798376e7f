import { z } from 'zod'
import type { ProviderUser } from './provider.ts'

const User = z.object({ id: z.number().int(), login: z.string(), name: z.string().nullable() })
const Emails = z.array(z.object({ email: z.email().max(254), primary: z.boolean(), verified: z.boolean() }))

/** GitHub speaks no OpenID Connect: who the token is for stands in its API, and the address in a list of its own. */
export const readGitHubUser = async (apiUrl: string, accessToken: string): Promise<ProviderUser> => {
  const [user, emails] = [await read(apiUrl, '/user', accessToken, User), await readEmails(apiUrl, accessToken)]
  const primary = emails.find(({ primary, verified }) => primary && verified)
  return {
    subject: String(user.id),
    name: user.name || user.login,
    verifiedEmail: primary ? primary.email.toLowerCase() : null,
  }
}

const readEmails = (apiUrl: string, accessToken: string) => read(apiUrl, '/user/emails', accessToken, Emails)

const read = async <T extends z.ZodType>(apiUrl: string, path: string, accessToken: string, schema: T) => {
  const answer = await fetch(`${apiUrl}${path}`, {
    headers: {
      authorization: `Bearer ${accessToken}`,
      accept: 'application/vnd.github+json',
      'user-agent': 'ClawButler',
    },
    signal: AbortSignal.timeout(15_000),
  })
  if (!answer.ok) throw new Error(`GitHub answered ${answer.status} to ${path}`)
  return schema.parse(await answer.json())
}
