/**
 * SHA-256 (FIPS 180-4) and HMAC (RFC 2104) of short messages, many of them: a log hashes a few hundred bytes three times for
 * each event, and a call into the platform costs more than that. For long messages the platform is faster.
 */
const digestLength = 32
const blockLength = 64

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const constants = Int32Array.of(
  ...[0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5],
  ...[0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174],
  ...[0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da],
  ...[0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967],
  ...[0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85],
  ...[0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070],
  ...[0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3],
  ...[0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2],
)
/** The same of the square roots of the first eight. */
const beginning = Int32Array.of(
  ...[0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
)

/** Nothing here awaits: one schedule, one state and one message serve every call. */
const schedule = new Int32Array(64)
const state = new Int32Array(8)
const pad = new Uint8Array(blockLength)
let message = new Uint8Array(4_096)
let behindFirst = message.subarray(1)
const utf8 = new TextEncoder()

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

const wordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)

const setWord = (bytes: Uint8Array, at: number, word: number): void => {
  bytes[at] = word >>> 24
  bytes[at + 1] = word >>> 16
  bytes[at + 2] = word >>> 8
  bytes[at + 3] = word
}

/** Takes the block that begins at `from` into the state. */
const takeBlock = (bytes: Uint8Array, from: number): void => {
  for (let t = 0; t < 16; t += 1) schedule[t] = wordAt(bytes, from + 4 * t)
  for (let t = 16; t < 64; t += 1) {
    const x = schedule[t - 15] ?? 0
    const y = schedule[t - 2] ?? 0
    const low = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3)
    const high = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10)
    schedule[t] = ((schedule[t - 16] ?? 0) + low + (schedule[t - 7] ?? 0) + high) | 0
  }
  let a = state[0] ?? 0
  let b = state[1] ?? 0
  let c = state[2] ?? 0
  let d = state[3] ?? 0
  let e = state[4] ?? 0
  let f = state[5] ?? 0
  let g = state[6] ?? 0
  let h = state[7] ?? 0
  for (let t = 0; t < 64; t += 1) {
    const choice = (e & f) ^ (~e & g)
    const one =
      (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + choice + (constants[t] ?? 0) + (schedule[t] ?? 0)) | 0
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  state[0] = (state[0] ?? 0) + a
  state[1] = (state[1] ?? 0) + b
  state[2] = (state[2] ?? 0) + c
  state[3] = (state[3] ?? 0) + d
  state[4] = (state[4] ?? 0) + e
  state[5] = (state[5] ?? 0) + f
  state[6] = (state[6] ?? 0) + g
  state[7] = (state[7] ?? 0) + h
}

/** Makes room for so many bytes and their padding. What was written is gone. */
const reserve = (length: number): void => {
  if (message.length >= length + 2 * blockLength) return
  message = new Uint8Array(2 * length + 2 * blockLength)
  behindFirst = message.subarray(1)
}

/** Takes the first `length` bytes of the message, behind `before` that have been taken, and concludes. */
const conclude = (length: number, before: number): void => {
  const end = Math.ceil((length + 9) / blockLength) * blockLength
  message.fill(0, length, end)
  message[length] = 0x80
  const bits = 8 * (length + before)
  setWord(message, end - 8, Math.floor(bits / 2 ** 32))
  setWord(message, end - 4, bits)
  for (let from = 0; from < end; from += blockLength) takeBlock(message, from)
}

/** Writes what has been concluded to the beginning of some bytes, and answers them. */
const putDigest = (bytes: Uint8Array): Uint8Array => {
  for (let index = 0; index < 8; index += 1) setWord(bytes, 4 * index, state[index] ?? 0)
  return bytes
}

/** SHA-256 over a byte and the UTF-8 of a text, whose surrogates are paired. */
export const sha256OfText = (first: number, text: string): Uint8Array => {
  reserve(1 + 3 * text.length)
  message[0] = first
  state.set(beginning)
  conclude(1 + utf8.encodeInto(text, behindFirst).written, 0)
  return putDigest(new Uint8Array(digestLength))
}

/** SHA-256 over a byte and two pieces. */
export const sha256OfPair = (first: number, left: Uint8Array, right: Uint8Array): Uint8Array => {
  const length = 1 + left.length + right.length
  reserve(length)
  message[0] = first
  message.set(left, 1)
  message.set(right, 1 + left.length)
  state.set(beginning)
  conclude(length, 0)
  return putDigest(new Uint8Array(digestLength))
}

/** HMAC-SHA-256 under a key of at most 64 bytes, over the UTF-8 of a text, whose surrogates are paired. */
export const hmacOfText = (key: Uint8Array, text: string): Uint8Array => {
  reserve(3 * text.length)
  beginKeyed(key, 0x36)
  conclude(utf8.encodeInto(text, message).written, blockLength)
  putDigest(message)
  beginKeyed(key, 0x5c)
  conclude(digestLength, blockLength)
  return putDigest(new Uint8Array(digestLength))
}

const beginKeyed = (key: Uint8Array, mask: number): void => {
  pad.fill(mask)
  for (let index = 0; index < key.length; index += 1) pad[index] = (key[index] ?? 0) ^ mask
  state.set(beginning)
  takeBlock(pad, 0)
}
