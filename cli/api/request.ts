import type { z } from 'zod'
import { Problem } from '../../worker/platform/contract.ts'
import { exitCodes, Failure } from '../output/failure.ts'
import { version } from '../version.ts'

export type Request = {
  server: string
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  query?: Record<string, string | number | undefined>
  body?: object
  headers?: Record<string, string>
  authorization?: string | null
  timeoutMs?: number
}

/** A refusal by the server, as the sentence that a person reads. */
export class Refused extends Failure {
  readonly code: string
  readonly status: number
  /** What the caller may act on, such as who decided first. */
  readonly context: Record<string, unknown>
  readonly faults: NonNullable<Problem['errors']>
  constructor(problem: Problem) {
    const told = problem.detail || problem.title
    const sentence = [told, faultsBeside(told, problem.errors ?? [])].filter(Boolean).join(' ')
    super(`${sentence} (${problem.code}, request ${problem.requestId})`, exitCodeOf(problem))
    this.code = problem.code
    this.status = problem.status
    this.context = problem.context ?? {}
    this.faults = problem.errors ?? []
  }
}

/** What is wrong where, but for what the sentence before says already; a fault of the whole has no path. */
const faultsBeside = (told: string, faults: NonNullable<Problem['errors']>): string =>
  faults
    .filter(({ message }) => !told.includes(message))
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ')

const lost = ['already_decided', 'stale', 'conflict', 'precondition_failed']
const notAllowed = ['forbidden', 'own_request', 'not_eligible', 'not_opened', 'passkey_required']

/** Scripts tell the refusals apart by these. */
export function exitCodeOf({ status, code }: { status?: number; code: string }): number {
  if (status === 401) return exitCodes.notSignedIn
  if (lost.includes(code)) return exitCodes.lostRace
  if (code === 'expired') return exitCodes.expired
  return notAllowed.includes(code) ? exitCodes.notAllowed : exitCodes.failure
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

/** A request, answered by whatever the server answers when it does not refuse. */
export async function ask({
  server,
  method = 'GET',
  path,
  query,
  body,
  headers,
  authorization,
  timeoutMs = 30_000,
}: Request) {
  const response = await send(urlOf(server, path, query), {
    method,
    headers: {
      accept: 'application/json',
      'user-agent': `clawbutler/${version}`,
      ...(authorization ? { authorization } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...headers,
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
    throw new Failure(`${url.origin} cannot be reached: ${whyNot(error)}`)
  }
}

const whyNot = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (!(error.cause instanceof Error)) return error.message
  const { cause } = error
  // What OpenSSL says of an answer that is not TLS names its own source file.
  if ('code' in cause && /^(ERR_SSL_|EPROTO$)/.test(String(cause.code))) return 'no TLS is spoken there; is it http://?'
  return cause.message || error.message
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
