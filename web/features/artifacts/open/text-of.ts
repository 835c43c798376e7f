/** How much of a text is shown. */
export const shownBytesMax = 256 * 1024

export type EntryText = { kind: 'text'; text: string; isCut: boolean } | { kind: 'binary' }

/** What can be shown of a content: the first 256 KiB of a text. JSON is laid out. */
export const textOf = (path: string, bytes: Uint8Array): EntryText => {
  const isCut = bytes.length > shownBytesMax
  try {
    // A cut may fall within a character: while more could follow, that is no fault.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, shownBytesMax), { stream: isCut })
    if (text.includes('\0')) return { kind: 'binary' }
    return { kind: 'text', text: isCut || !path.endsWith('.json') ? text : laidOut(text), isCut }
  } catch {
    return { kind: 'binary' }
  }
}

const laidOut = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
