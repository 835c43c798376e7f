/** RFC 4648 §4, which the C2SP formats use throughout. */
export const toBase64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return btoa(text)
}

/** Whole groups of four; in the last one, bits that encode nothing are zero: proofs and signatures have one spelling. */
const canonical = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/

/** Null for what is not the canonical base64 of anything. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> | null => {
  if (!canonical.test(text)) return null
  const units = atob(text)
  const bytes = new Uint8Array(units.length)
  for (let index = 0; index < units.length; index += 1) bytes[index] = units.charCodeAt(index)
  return bytes
}
