import type { z } from 'zod'
import { LoginAnswer } from '../../worker/features/auth/contract.ts'
import { exitCodes, Failure, notSignedIn } from '../output/failure.ts'
import { aloneWithSignIn, forgetSignIn, loadSignIn, type SignIn, saveSignIn } from '../profile/sign-in.ts'
import { ask, command, Refused, type Request, request } from './request.ts'

const renewBeforeMs = 30_000
const streamTimeoutMs = 600_000

/** The API as the person (or the API key) of this terminal. Renews the access token by itself. */
export class Session {
  readonly server: string
  readonly #env: NodeJS.ProcessEnv
  readonly #apiKey: string | null
  #signIn: SignIn | null

  private constructor(server: string, apiKey: string | null, signIn: SignIn | null, env: NodeJS.ProcessEnv) {
    this.server = server
    this.#apiKey = apiKey
    this.#signIn = signIn
    this.#env = env
  }

  /** CLAWBUTLER_API_KEY before the saved sign-in; without either the command ends with exit code 3. */
  static async open(env: NodeJS.ProcessEnv): Promise<Session> {
    const signIn = await loadSignIn(env)
    const server = env.CLAWBUTLER_SERVER?.replace(/\/+$/, '') || signIn?.server
    const apiKey = env.CLAWBUTLER_API_KEY || null
    if (!server || (!apiKey && signIn?.server !== server)) {
      throw notSignedIn('Not signed in. Run: clawbutler login --server URL (or set CLAWBUTLER_API_KEY).')
    }
    return new Session(server, apiKey, apiKey ? null : signIn, env)
  }

  async get<T extends z.ZodType>(path: string, answer: T, query: Request['query'] = {}): Promise<z.output<T>> {
    return this.#authorized((authorization) => request({ server: this.server, path, query, authorization }, answer))
  }

  async post<T extends z.ZodType>(
    path: string,
    answer: T,
    body?: object,
    more: Pick<Request, 'timeoutMs' | 'headers'> = {},
  ): Promise<z.output<T>> {
    const what = { server: this.server, method: 'POST', path, ...(body ? { body } : {}), ...more } as const
    return this.#authorized((authorization) => request({ ...what, authorization }, answer))
  }

  /** A PUT, PATCH or DELETE that is answered by what became of it. */
  async write<T extends z.ZodType>(
    method: 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    answer: T,
    body?: object,
    more: Pick<Request, 'timeoutMs' | 'headers'> = {},
  ): Promise<z.output<T>> {
    const what = { server: this.server, method, path, ...(body ? { body } : {}), ...more }
    return this.#authorized((authorization) => request({ ...what, authorization }, answer))
  }

  /** A POST whose success says everything. */
  async tell(path: string, body: object): Promise<void> {
    await this.#authorized((authorization) =>
      command({ server: this.server, method: 'POST', path, body, authorization }),
    )
  }

  /** A POST that is answered by a stream of events. */
  async stream(path: string, body: object): Promise<ReadableStream<Uint8Array>> {
    const stream = await this.#authorized((authorization) =>
      ask({ server: this.server, method: 'POST', path, body, authorization, timeoutMs: streamTimeoutMs }),
    )
    if (!stream.body) throw new Failure(`The server answered ${path} with nothing.`)
    return stream.body
  }

  async delete(path: string, headers: Record<string, string> = {}): Promise<void> {
    const what = { server: this.server, method: 'DELETE', path, headers } as const
    await this.#authorized((authorization) => command({ ...what, authorization }))
  }

  /** The header that names us, fresh enough for the next half minute. */
  async authorization(): Promise<string> {
    if (this.#apiKey) return `Bearer ${this.#apiKey}`
    if (this.#signIn && this.#signIn.expiresAt - renewBeforeMs < Date.now()) await this.#renew(this.#signIn.accessToken)
    return `Bearer ${this.#signIn?.accessToken ?? ''}`
  }

  async #authorized<T>(ask: (authorization: string) => Promise<T>): Promise<T> {
    const authorization = await this.authorization()
    try {
      return await ask(authorization)
    } catch (error) {
      const stale = error instanceof Refused && error.code === 'token_expired' && this.#signIn
      if (!stale) throw error
      await this.#renew(stale.accessToken)
      return ask(await this.authorization())
    }
  }

  async #renew(spent: string): Promise<void> {
    await aloneWithSignIn(this.#env, async () => {
      // Another command may have renewed it while we waited.
      const saved = await loadSignIn(this.#env)
      if (saved && saved.accessToken !== spent) {
        this.#signIn = saved
        return
      }
      if (!saved) throw notSignedIn('Signed out meanwhile. Run: clawbutler login.')
      const what = { server: saved.server, method: 'POST', path: '/auth/refresh' } as const
      try {
        const answer = await request({ ...what, body: { refreshToken: saved.refreshToken } }, LoginAnswer)
        this.#signIn = signInOf(saved.server, answer)
        await saveSignIn(this.#env, this.#signIn)
      } catch (error) {
        if (!(error instanceof Failure) || error.exitCode !== exitCodes.notSignedIn) throw error
        await forgetSignIn(this.#env)
        throw notSignedIn('The session has ended. Run: clawbutler login.')
      }
    })
  }
}

export function signInOf(server: string, answer: LoginAnswer): SignIn {
  if (answer.tokenType !== 'Bearer') throw new Failure('The server answered with a cookie where a token was asked for.')
  const { accessToken, refreshToken, expiresInMs, organizationId } = answer
  return { server, accessToken, refreshToken, expiresAt: Date.now() + expiresInMs, organizationId }
}
