const pieceBytes = 1024 * 1024

/** Bytes of a file from an offset up to another, or to its end. */
export const bytesOf = async (file: Blob, from: number, to: number): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await file.slice(from, to).arrayBuffer())

/** A file a piece at a time; not every browser can iterate over its stream. */
export async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < file.size; at += pieceBytes) yield await bytesOf(file, at, at + pieceBytes)
}
