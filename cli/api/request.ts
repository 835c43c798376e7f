import type { z } from 'zod'
import { Problem } from '../../worker/platform/contract.ts'
import { exitCodes, Failure } from '../output/failure.ts'
import { version } from '../version.ts'

export type Request = {
  server: string
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  query?: Record<string, string | number | undefined>
  body?: object
  authorization?: string | null
  timeoutMs?: number
}

/** A refusal by the server, as the sentence that a person reads. */
export class Refused extends Failure {
  readonly code: string
  readonly status: number
  constructor(problem: Problem) {
    const faults = (problem.errors ?? []).map(({ path, message }) => `${path}: ${message}`).join('; ')
    const sentence = [problem.detail || problem.title, faults].filter(Boolean).join(' ')
    const signedOut = problem.status === 401
    super(
      `${sentence} (${problem.code}, request ${problem.requestId})`,
      signedOut ? exitCodes.notSignedIn : exitCodes.failure,
    )
    this.code = problem.code
    this.status = problem.status
  }
}

export function urlOf(server: string, path: string, query: Request['query'] = {}): URL {
  const url = new URL(server)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1${path}`
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
  return url
}

/** One request to the API: the answer parsed by its contract, or a `Failure` that says what was wrong. */
export async function request<T extends z.ZodType>(what: Request, answer: T): Promise<z.output<T>> {
  const parsed = answer.safeParse(await jsonOf(await ask(what)))
  if (parsed.success) return parsed.data
  const { method = 'GET', path } = what
  throw new Failure(`The server's answer to ${method} ${path} is not what this version expects. Upgrade clawbutler?`)
}

/** A request whose success says everything. */
export async function command(what: Request): Promise<void> {
  await (await ask(what)).body?.cancel()
}

async function ask({ server, method = 'GET', path, query, body, authorization, timeoutMs = 30_000 }: Request) {
  const response = await send(urlOf(server, path, query), {
    method,
    headers: {
      accept: 'application/json',
      'user-agent': `clawbutler/${version}`,
      ...(authorization ? { authorization } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  })
  if (!response.ok) throw await refusalOf(response)
  return response
}

/** `fetch`, with its failures said in the terms of a person. */
export async function send(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : ''
    const why = cause || (error instanceof Error ? error.message : String(error))
    throw new Failure(`${url.origin} cannot be reached: ${why}`)
  }
}

export async function refusalOf(response: Response): Promise<Failure> {
  const problem = Problem.safeParse(await jsonOf(response))
  if (problem.success) return new Refused(problem.data)
  const requestId = response.headers.get('x-request-id')
  return new Failure(`The server answered ${response.status}${requestId ? ` (request ${requestId})` : ''}.`)
}

export async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return null
  }
}
