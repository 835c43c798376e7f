import { SELF } from 'cloudflare:test'

interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
}

export const origin = 'http://localhost:8787'

/** One request to the API, JSON in; `path` from the root. */
export const call = (path: string, { method = 'GET', body, headers = {} }: Call = {}): Promise<Response> =>
  SELF.fetch(`${origin}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })

export const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
  call(path, { method: 'POST', body, headers })

/** The closed code of a problem answer. */
export const codeOf = async (answer: Response): Promise<string> => {
  const { code } = await answer.json<{ code: string }>()
  return code
}
