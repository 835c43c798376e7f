import type { z } from 'zod'
import { LoginAnswer } from '../../../worker/features/auth/contract.ts'

export const owner = { email: 'owner@example.test', password: 'a long enough passphrase' }
export const ownerEnv = { CLAWBUTLER_BOOTSTRAP_EMAIL: owner.email, CLAWBUTLER_BOOTSTRAP_PASSWORD: owner.password }

export interface Client {
  get: <T extends z.ZodType>(schema: T, path: string) => Promise<z.infer<T>>
  post: <T extends z.ZodType>(schema: T, path: string, body: unknown) => Promise<z.infer<T>>
  authorization: () => Promise<string>
}

/** Signs in by password and calls the API as a stranger's program would; signs in again when the token gets old. */
export const signIn = async (url: string, { email, password } = owner): Promise<Client> => {
  let token = { value: '', freshUntil: 0 }
  const authorization = async () => {
    if (Date.now() > token.freshUntil) {
      const answer = await fetch(`${url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      })
      const login = LoginAnswer.parse(await answer.json())
      if (login.tokenType !== 'Bearer') throw new Error('asked for tokens, got cookies')
      token = { value: login.accessToken, freshUntil: Date.now() + login.expiresInMs / 2 }
    }
    return `Bearer ${token.value}`
  }
  const call = async <T extends z.ZodType>(schema: T, method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: await authorization(), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const json: unknown = await answer.json()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`)
    return schema.parse(json)
  }
  await authorization()
  return {
    get: (schema, path) => call(schema, 'GET', path),
    post: (schema, path, body) => call(schema, 'POST', path, body),
    authorization,
  }
}

/** Asks until the answer is there. */
export const until = async <T>(
  what: string,
  ask: () => Promise<T | false | null | undefined>,
  withinMs = 60_000,
): Promise<T> => {
  const deadline = Date.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
