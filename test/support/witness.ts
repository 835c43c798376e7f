import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { type NoteKey, parseVerifierKey } from '../../tlog/note.ts'
import { type Cosigner, cosign, cosignerKey } from '../../tlog/witness/cosignature.ts'
import { nothingWitnessed, readSubmission, refusalAnswer, refusalOf } from '../../tlog/witness/judge.ts'

/**
 * A witness in memory, reached by stubbing `fetch` with `answer`. It trusts the logs of these keys; `answerWith` has it
 * answer something else instead.
 */
export const aWitness = (name: string, vkeys: string[]) => {
  const cosigner = aCosigner(name)
  const witness = {
    cosigner,
    latest: nothingWitnessed(),
    requests: [] as string[],
    answerWith: null as ((body: string) => Response | Promise<Response>) | null,
    answer: async (body: string): Promise<Response> => {
      witness.requests.push(body)
      if (witness.answerWith) return witness.answerWith(body)
      const keys: NoteKey[] = vkeys.flatMap((vkey) => parseVerifierKey(vkey) ?? [])
      const submission = await readSubmission(new TextEncoder().encode(body), async (origin) => {
        const own = keys.filter((key) => key.name === origin)
        return own.length > 0 ? own : null
      })
      const refusal = 'status' in submission ? submission : refusalOf(submission, witness.latest)
      if (refusal || 'status' in submission) {
        const { status, type, body } = refusalAnswer(refusal ?? { status: 422, because: '' })
        return new Response(body, { status, headers: { 'content-type': type } })
      }
      witness.latest = submission.next
      return new Response(await cosign(submission.text, cosigner, new Date()))
    },
  }
  return witness
}

/**
 * A line as a cosigner with ML-DSA-44 writes it (C2SP tlog-cosignature v1.1.0: a time of 8 bytes, a signature of 2420, a key id
 * over type 6), whose key nobody here knows.
 */
export const aPostQuantumLine = (name: string): string => {
  const [publicKey, signature] = [randomBytes(1312), randomBytes(8 + 2420)]
  const keyId = createHash('sha256')
    .update(`${name}\n`)
    .update(Uint8Array.of(6))
    .update(publicKey)
    .digest()
    .subarray(0, 4)
  return `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`
}

const aCosigner = (name: string): Cosigner => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  return {
    key: cosignerKey(name, new Uint8Array(raw)),
    sign: async (message) => new Uint8Array(sign(null, message, privateKey)),
  }
}
