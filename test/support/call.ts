import { SELF } from 'cloudflare:test'
import { asDocumented } from './openapi/as-documented.ts'

interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
}

export const origin = 'http://localhost:8787'

/** One request to the API, JSON in; `path` from the root. Throws where that is not as the API's document says. */
export const call = async (path: string, { method = 'GET', body, headers = {} }: Call = {}): Promise<Response> => {
  const answer = await SELF.fetch(`${origin}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  await asDocumented((document) => SELF.fetch(`${origin}${document}`), { method, path, body }, answer)
  return answer
}

export const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  call(path, { method: 'POST', body, headers })

/** The closed code of a problem answer. */
export const codeOf = async (answer: Response): Promise<string> => {
  const { code } = await answer.json<{ code: string }>()
  return code
}
