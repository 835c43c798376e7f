import { crc32 } from 'node:zlib'

/**
 * One record is one line: eight hex digits of CRC-32, a space, the JSON of an event, a newline. JSON holds no raw
 * newline, so a line is whole or torn, and the CRC tells which.
 */
export function encodeRecord(json: string): Buffer {
  const body = Buffer.from(json, 'utf8')
  const crc = crc32(body).toString(16).padStart(8, '0')
  return Buffer.concat([Buffer.from(`${crc} `), body, Buffer.from('\n')])
}

/** The JSON of a line without its newline, or null when it is not what was written. */
export function decodeRecord(line: Buffer): string | null {
  if (line.length < 10 || line[8] !== 0x20) return null
  const body = line.subarray(9)
  const crc = Number.parseInt(line.toString('latin1', 0, 8), 16)
  return crc === crc32(body) ? body.toString('utf8') : null
}

export type Scan = {
  /** Where each sound record begins, up to the first unsound byte. */
  offsets: number[]
  /** How many bytes from the start are sound. */
  soundBytes: number
  /** Sound records behind the first unsound byte: there are some only when the disk was damaged, not when a write was torn. */
  stranded: string[]
}

export function scanRecords(content: Buffer): Scan {
  const offsets: number[] = []
  const stranded: string[] = []
  let soundBytes = 0
  let sound = true
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(0x0a, start)
    const json = end < 0 ? null : decodeRecord(content.subarray(start, end))
    if (json === null) sound = false
    else if (sound) {
      offsets.push(start)
      soundBytes = end + 1
    } else stranded.push(json)
    start = end < 0 ? content.length : end + 1
  }
  return { offsets, soundBytes, stranded }
}
