import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

const linesOf = (input: Readable): AsyncIterable<string> =>
  createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })

export const linesOfFile = (path: string): AsyncIterable<string> => linesOf(createReadStream(path))

export const linesOfBody = (body: ReadableStream<Uint8Array>): AsyncIterable<string> => linesOf(Readable.fromWeb(body))
