import { Buffer } from 'node:buffer'

/** The archive holds something else than was written, or nothing where something was. */
export class ArchiveFault extends Error {
  readonly path: string
  readonly found: string

  constructor(path: string, found: string) {
    super(`${path}: ${found}`)
    this.name = 'ArchiveFault'
    this.path = path
    this.found = found
  }
}

/** Null for what is not there. */
export const readFile = async (bucket: R2Bucket, path: string): Promise<Uint8Array | null> => {
  const stored = await bucket.get(path)
  return stored && new Uint8Array(await stored.arrayBuffer())
}

/**
 * Writes what is not there yet, and never over what is: that has to be the same already, as after a crash. Reads back what
 * the bucket has. Throws an ArchiveFault when it is anything else.
 */
export const writeOnce = async (bucket: R2Bucket, path: string, bytes: Uint8Array): Promise<void> => {
  await bucket.put(path, bytes, { onlyIf: { etagDoesNotMatch: '*' } })
  const stored = await readFile(bucket, path)
  if (!stored) throw new ArchiveFault(path, 'nothing is there after it was written')
  if (Buffer.compare(stored, bytes) !== 0) throw new ArchiveFault(path, 'something else is there')
}
