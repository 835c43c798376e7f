import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { startBytesMax } from '../../cbpkg/unlock.ts'
import { usage } from '../output/failure.ts'

const pieceBytes = 256 * 1024

/** The bytes of a package on disk, a piece at a time. */
export async function packageFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw usage(`There is no file ${path}.`)
  return createReadStream(path, { highWaterMark: pieceBytes })
}

/** Its first bytes: enough for its key. */
export async function packageStart(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw usage(`There is no file ${path}.`)
  const file = await open(path)
  try {
    const start = Buffer.alloc(Math.min(startBytesMax, found.size))
    const { bytesRead } = await file.read(start, 0, start.length, 0)
    return start.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** SHA-256 of the file as it is, in hex. */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) hash.update(piece)
  return hash.digest('hex')
}

/** Tells a person who waits how far the making of the key is. */
export const tellDerivation = (share: number): void => {
  if (process.stderr.isTTY)
    process.stderr.write(`\rMaking the key: ${Math.floor(share * 100)} %${share < 1 ? '' : '\n'}`)
}
