import { hashLength } from '../../../tlog/hash.ts'

export const saltLength = 32

/** An event as its row has it. */
export interface StoredEvent {
  seq: number
  leaf: string
  leafHash: Uint8Array
  /** Null, as the salt, when it has been erased. */
  payload: string | null
  salt: Uint8Array | null
}

/** A row of the table: a line for each event, `hashLength` and `saltLength` bytes; of an erased one an empty line and zeros. */
export interface SegmentRow extends Record<string, SqlStorageValue> {
  first: number
  last: number
  leaves: string
  hashes: ArrayBuffer
  payloads: string
  salts: ArrayBuffer
}

/** JSON has no raw line feed, so one parts a text from the next. */
export const joined = (lines: readonly string[]): string => lines.join('\n')
export const linesOf = (text: string): string[] => text.split('\n')

export const eventsOf = (row: SegmentRow): StoredEvent[] => {
  const payloads = linesOf(row.payloads)
  const [hashes, salts] = [new Uint8Array(row.hashes), new Uint8Array(row.salts)]
  return linesOf(row.leaves).map((leaf, n) => {
    const payload = payloads[n] || null
    return {
      seq: row.first + n,
      leaf,
      leafHash: hashes.subarray(n * hashLength, (n + 1) * hashLength),
      payload,
      salt: payload === null ? null : salts.subarray(n * saltLength, (n + 1) * saltLength),
    }
  })
}
