import type { Command } from 'commander'
import { MyCapabilities } from '../../worker/features/auth/contract.ts'
import { signInByDevice } from '../api/device-flow.ts'
import { command as ask } from '../api/request.ts'
import { Session } from '../api/session.ts'
import { usage } from '../output/failure.ts'
import { note, plain, print, printJson } from '../output/output.ts'
import { aloneWithSignIn, forgetSignIn, loadSignIn, saveSignIn } from '../profile/sign-in.ts'
import { type JsonOption, withJson } from './json-option.ts'

export function registerLogin(program: Command): void {
  withJson(
    program
      .command('login')
      .description('sign in: shows a code that you confirm in the browser')
      .option('--server <url>', 'address of ClawButler (or CLAWBUTLER_SERVER)'),
  ).action(async (options: JsonOption & { server?: string }) => login(options))

  program
    .command('logout')
    .description('end the session and forget its tokens')
    .action(async () => logout())
}

async function login(options: JsonOption & { server?: string }): Promise<void> {
  const known = await loadSignIn(process.env)
  const server = options.server ?? process.env.CLAWBUTLER_SERVER ?? known?.server
  if (!server || !/^https?:$/.test(URL.parse(server)?.protocol ?? '')) {
    throw usage('Where is ClawButler? Give --server URL.')
  }
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt)
  const signIn = await signInByDevice(
    server.replace(/\/+$/, ''),
    (code) => {
      note(`Open ${plain(code.verification_uri)} and enter the code ${plain(code.user_code)}`)
      note(`or open ${plain(code.verification_uri_complete)}`)
    },
    stop.signal,
  )
  process.off('SIGINT', interrupt)
  await aloneWithSignIn(process.env, () => saveSignIn(process.env, signIn))
  const session = await Session.open({ ...process.env, CLAWBUTLER_SERVER: signIn.server, CLAWBUTLER_API_KEY: '' })
  const mine = await session.get('/me/capabilities', MyCapabilities)
  if (options.json) printJson({ server: signIn.server, ...mine })
  else print(`Signed in to ${signIn.server} as ${mine.role ?? 'guest'} of ${mine.organizationId}.`)
}

async function logout(): Promise<void> {
  const signIn = await loadSignIn(process.env)
  if (!signIn) {
    note('Not signed in.')
    return
  }
  const { server, refreshToken } = signIn
  // Forgotten here even when the server cannot be told: its session then ends by itself.
  await forgetSignIn(process.env)
  await ask({ server, method: 'POST', path: '/auth/logout', body: { refreshToken } })
  note('Signed out.')
}
