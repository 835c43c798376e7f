import {
  cosignedMessage,
  hex,
  type Note,
  type NoteKey,
  noteKey,
  signatureLine,
  signatureTypes,
  verifyNote,
} from '../note.ts'

/** C2SP tlog-cosignature v1 with Ed25519: what a witness says about a checkpoint, and when. */

const timestampBytes = 8
const cosignatureBytes = timestampBytes + 64

/** Who cosigns: a name, and a key that is used for nothing else. `sign` is plain Ed25519. */
export interface Cosigner {
  key: NoteKey
  sign: (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>
}

export const cosignerKey = (name: string, publicKey: Uint8Array<ArrayBuffer>): NoteKey =>
  noteKey(name, signatureTypes.cosignature, publicKey)

/** The signature line over a checkpoint's text, as of `now`. */
export const cosign = async (text: string, { key, sign }: Cosigner, now: Date): Promise<string> => {
  const time = BigInt(Math.floor(now.getTime() / 1000))
  const signature = await sign(cosignedMessage(text, time))
  const stamped = new Uint8Array(timestampBytes + signature.length)
  new DataView(stamped.buffer).setBigUint64(0, time)
  stamped.set(signature, timestampBytes)
  return signatureLine(key.name, key.keyId, stamped)
}

export interface Cosigned {
  key: NoteKey
  /** Seconds since 1970, by the witness's clock: the newest, where it signed several times. */
  time: number
}

/**
 * Which of the known witnesses have cosigned a note, each once however often it stands there, and whose signature is
 * wrong. Lines of anybody else say nothing. Two names of one public key are one witness: the message does not name it.
 */
export const cosignersOf = async (
  note: Note,
  witnesses: readonly NoteKey[],
): Promise<{ cosigned: Cosigned[]; wrong: NoteKey[] }> => {
  const cosigned = new Map<string, Cosigned>()
  const wrong: NoteKey[] = []
  for (const key of witnesses) {
    const own = note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId)
    if (own.length === 0 || cosigned.has(hex(key.publicKey))) continue
    if (key.type !== signatureTypes.cosignature || !(await verifyNote(note, key))) wrong.push(key)
    else cosigned.set(hex(key.publicKey), { key, time: Math.max(...own.map(({ signature }) => timeOf(signature))) })
  }
  return { cosigned: [...cosigned.values()], wrong }
}

const timeOf = (signature: Uint8Array<ArrayBuffer>): number =>
  signature.length === cosignatureBytes
    ? Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0))
    : Number.NaN
