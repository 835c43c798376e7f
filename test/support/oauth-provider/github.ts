import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface GitHubAccount {
  id: number
  login: string
  name: string | null
  emails: { email: string; primary: boolean; verified: boolean; visibility: string | null }[]
}

const bodyOf = async (request: IncomingMessage) => {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return new URLSearchParams(text)
}

/**
 * GitHub's authorization server and API, as far as a sign-in meets them: codes work once and only with their PKCE
 * verifier, client secret and redirect; errors of the token endpoint come with status 200, as GitHub's do.
 */
export const startGitHub = async (client: { id: string; secret: string }) => {
  const signedIn: { account: GitHubAccount | null } = { account: null }
  const codes = new Map<string, { account: GitHubAccount; challenge: string; redirectUri: string }>()
  const tokens = new Map<string, GitHubAccount>()

  const authorize = (query: URLSearchParams) => {
    const code = randomUUID()
    const redirectUri = query.get('redirect_uri') ?? ''
    if (!signedIn.account || query.get('client_id') !== client.id) return null
    codes.set(code, { account: signedIn.account, challenge: query.get('code_challenge') ?? '', redirectUri })
    const back = new URL(redirectUri)
    back.search = new URLSearchParams({ code, state: query.get('state') ?? '' }).toString()
    return back.toString()
  }

  const trade = (form: URLSearchParams) => {
    const code = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (form.get('client_id') !== client.id || form.get('client_secret') !== client.secret)
      return { error: 'incorrect_client_credentials' }
    if (code?.challenge !== challenge || code.redirectUri !== form.get('redirect_uri'))
      return { error: 'bad_verification_code' }
    const token = `gho_${randomUUID().replaceAll('-', '')}`
    tokens.set(token, code.account)
    return { access_token: token, token_type: 'bearer', scope: 'read:user,user:email' }
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://github.test')
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (pathname === '/login/oauth/authorize') {
      const location = authorize(searchParams)
      return location ? response.writeHead(302, { location }).end() : answer(404, {})
    }
    if (pathname === '/login/oauth/access_token') return answer(200, trade(await bodyOf(request)))
    const account = tokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
    if (!account || !request.headers['user-agent']) return answer(401, { message: 'Bad credentials' })
    const { emails, ...user } = account
    if (pathname === '/user') return answer(200, { ...user, email: null, type: 'User' })
    if (pathname === '/user/emails') return answer(200, emails)
    return answer(404, { message: 'Not Found' })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = () => new Promise((resolve) => server.close(resolve))
  return { url: `http://127.0.0.1:${port}`, signedIn, stop }
}
