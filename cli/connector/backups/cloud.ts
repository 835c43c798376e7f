import { openAsBlob } from 'node:fs'
import type { BeginOrdered } from '../../../worker/features/artifacts/contract.ts'
import { Refused, refusalOf, send, urlOf } from '../../api/request.ts'
import { version } from '../../version.ts'
import { backoffMs, pause } from '../backoff.ts'

const attemptsMax = 4
const announceWithinMs = 60_000
const transferWithinMs = 30 * 60_000
const never = new AbortController().signal

/** What a connector does with packages at the cloud, by its own token: for its own gateway, and nothing else. */
export class PackageStore {
  readonly #server: string
  readonly #token: string

  constructor({ server, token }: { server: string; token: string }) {
    this.#server = server
    this.#token = token
  }

  /** Twice is once. */
  async announce(announcement: BeginOrdered): Promise<void> {
    const body = JSON.stringify(announcement)
    const headers = { 'content-type': 'application/json' }
    await (await this.#ask('/connector/artifacts', 'POST', announceWithinMs, { body, headers })).body?.cancel()
  }

  /** A file of exactly the announced bytes. Twice is once. */
  async upload(artifactId: string, file: string): Promise<void> {
    const headers = { 'content-type': 'application/octet-stream' }
    const body = await openAsBlob(file)
    const answer = await this.#ask(contentOf(artifactId), 'PUT', transferWithinMs, { body, headers })
    await answer.body?.cancel()
  }

  async download(artifactId: string): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#ask(contentOf(artifactId), 'GET', transferWithinMs, {})
    if (!body) throw new Error('The server answered without a file.')
    return body
  }

  /** Tries again what did not get through; a refusal is final. */
  async #ask(
    path: string,
    method: string,
    withinMs: number,
    { body, headers }: { body?: string | Blob; headers?: Record<string, string> },
  ): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await send(urlOf(this.#server, path), {
          method,
          headers: { ...headers, authorization: `Bearer ${this.#token}`, 'user-agent': `clawbutler/${version}` },
          ...(body === undefined ? {} : { body }),
          redirect: 'error',
          signal: AbortSignal.timeout(withinMs),
        })
        if (answer.ok) return answer
        throw await refusalOf(answer)
      } catch (error) {
        const isFinal = error instanceof Refused && error.status < 500 && error.status !== 429
        if (isFinal || attempt >= attemptsMax) throw error
      }
      await pause(1_000 + backoffMs(attempt), never)
    }
  }
}

const contentOf = (artifactId: string) => `/connector/artifacts/${encodeURIComponent(artifactId)}/content`
