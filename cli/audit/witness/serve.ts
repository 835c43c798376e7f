import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { formatVerifierKey, type NoteKey } from '../../../tlog/note.ts'
import { addCheckpointBytesMax } from '../../../tlog/witness/add-checkpoint.ts'
import { cosign } from '../../../tlog/witness/cosignature.ts'
import { cosignedNote, readSubmission, refusalAnswer, refusalOf, type Submission } from '../../../tlog/witness/judge.ts'
import type { WitnessFolder } from './state.ts'

interface Answer {
  status: number
  type: string
  body: string
}

const plain = 'text/plain; charset=utf-8'
const patienceMs = 10_000

/**
 * A witness as C2SP tlog-witness describes it, over HTTP: `POST …/add-checkpoint`, `GET …/<origin hash>/checkpoint` for
 * monitors, and `GET …/vkey`. `tell` gets a line for each submission. What is cosigned is on disk before anybody gets it.
 */
export const witnessServer = (
  folder: WitnessFolder,
  keys: readonly NoteKey[],
  tell: (line: string) => void,
): Server => {
  const work = new Map<string, Promise<unknown>>()
  /** One at a time for each log: between reading what was cosigned and writing what is, nothing else comes. */
  const inOrder = <T>(origin: string, step: () => Promise<T>): Promise<T> => {
    const done = (work.get(origin) ?? Promise.resolve()).then(step)
    work.set(
      origin,
      done.catch(() => {}),
    )
    return done
  }

  const keysOf = async (origin: string) => {
    const own = keys.filter(({ name }) => name === origin)
    return own.length > 0 ? own : null
  }

  const advance = async (submission: Submission): Promise<Answer> => {
    const { origin, next, text } = submission
    const refusal = refusalOf(submission, await folder.latest(origin))
    if (refusal) return refusalAnswer(refusal)
    const line = await cosign(text, folder.cosigner, new Date())
    await folder.advance(origin, next, cosignedNote(submission, line))
    return { status: 200, type: plain, body: line }
  }

  const addCheckpoint = async (request: IncomingMessage): Promise<Answer> => {
    const body = await bodyOf(request)
    if (!body) return { status: 413, type: plain, body: 'the body is too long\n' }
    const submission = await readSubmission(body, keysOf)
    if ('status' in submission) return refusalAnswer(submission)
    const answer = await inOrder(submission.origin, () => advance(submission))
    tell(`${answer.status} ${submission.origin} ${submission.oldSize} → ${submission.next.size}`)
    return answer
  }

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    if (request.method === 'POST' && path.endsWith('/add-checkpoint')) return addCheckpoint(request)
    if (request.method === 'GET' && path.endsWith('/vkey'))
      return { status: 200, type: plain, body: `${formatVerifierKey(folder.cosigner.key)}\n` }
    const [, originHash] = /\/([0-9a-f]{64})\/checkpoint$/.exec(path) ?? []
    const isTrusted = keys.some(({ name }) => createHash('sha256').update(name).digest('hex') === originHash)
    const note = request.method === 'GET' && originHash && isTrusted ? await folder.noteOf(originHash) : null
    if (note !== null) return { status: 200, type: plain, body: note }
    return { status: 404, type: plain, body: 'nothing is here\n' }
  }

  return createServer({ requestTimeout: patienceMs, headersTimeout: patienceMs }, (request, response) => {
    void answer(request)
      .catch((error): Answer => {
        tell(`500 ${error instanceof Error ? error.message : String(error)}`)
        return { status: 500, type: plain, body: 'the witness is in trouble\n' }
      })
      .then(({ status, type, body }) => {
        // What was not read of a body that is too long has no place on a connection that goes on.
        const closing = status === 413 ? { connection: 'close' } : {}
        response.writeHead(status, { 'content-type': type, ...closing }).end(body)
      })
  })
}

/** Null for one that is too long. */
const bodyOf = async (request: IncomingMessage): Promise<Uint8Array | null> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request) {
    const bytes = Buffer.from(part)
    size += bytes.length
    if (size > addCheckpointBytesMax) return null
    parts.push(bytes)
  }
  return Buffer.concat(parts)
}
