const utf8 = new TextEncoder()
const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** An entry bundle of C2SP tlog-tiles: each entry behind its length in two bytes. Throws for one that is too long. */
export const formatBundle = (entries: readonly string[]): Uint8Array<ArrayBuffer> => {
  const encoded = entries.map((entry) => utf8.encode(entry))
  const bundle = new Uint8Array(encoded.reduce((sum, { length }) => sum + 2 + length, 0))
  let at = 0
  for (const entry of encoded) {
    if (entry.length > 0xffff) throw new Error(`an entry of ${entry.length} bytes`)
    bundle.set([entry.length >> 8, entry.length & 0xff], at)
    bundle.set(entry, at + 2)
    at += 2 + entry.length
  }
  return bundle
}

/** Null for what is no bundle of texts. */
export const parseBundle = (bundle: Uint8Array): string[] | null => {
  const entries: string[] = []
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 + ((bundle[at] ?? 0) << 8) + (bundle[at + 1] ?? 0)
    if (at + 2 > bundle.length || end > bundle.length) return null
    try {
      entries.push(text.decode(bundle.subarray(at + 2, end)))
    } catch {
      return null
    }
    at = end
  }
  return entries
}
