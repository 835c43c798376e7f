import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { usage } from '../output/failure.ts'

const pieceBytes = 256 * 1024

/** The bytes of a package on disk, a piece at a time. */
export async function packageFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw usage(`There is no file ${path}.`)
  return createReadStream(path, { highWaterMark: pieceBytes })
}

/** Tells a person who waits how far the making of the key is. */
export const tellDerivation = (share: number): void => {
  if (process.stderr.isTTY)
    process.stderr.write(`\rMaking the key: ${Math.floor(share * 100)} %${share < 1 ? '' : '\n'}`)
}
