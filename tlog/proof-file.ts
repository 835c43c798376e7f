import { fromBase64, toBase64 } from './base64.ts'
import { hashLength } from './hash.ts'

/** C2SP tlog-proof: that an entry stands in a log, in one file that needs no network. */
export interface ProofFile {
  /** Opaque to the format; ours is the entry itself, so that the file alone is evidence. */
  extra: Uint8Array | null
  index: number
  proof: Uint8Array[]
  /** The signed note, verbatim. */
  checkpoint: string
}

const header = 'c2sp.org/tlog-proof@v1'

export const formatProofFile = ({ extra, index, proof, checkpoint }: ProofFile): string =>
  [
    header,
    ...(extra ? [`extra ${toBase64(extra)}`] : []),
    `index ${index}`,
    ...proof.map(toBase64),
    '',
    checkpoint,
  ].join('\n')

/** Null for what is no proof file. */
export const parseProofFile = (text: string): ProofFile | null => {
  const split = text.indexOf('\n\n')
  if (split < 0) return null
  const [first, ...lines] = text.slice(0, split).split('\n')
  const extraText = lines[0]?.startsWith('extra ') ? lines.shift()?.slice('extra '.length) : undefined
  const [, indexText] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? []
  const extra = extraText === undefined ? null : fromBase64(extraText)
  const proof = lines.flatMap((line) => fromBase64(line) ?? [])
  if (first !== header || indexText === undefined || (extraText !== undefined && extra === null)) return null
  if (proof.length !== lines.length || proof.length > 64 || proof.some((hash) => hash.length !== hashLength))
    return null
  return { extra, index: Number(indexText), proof, checkpoint: text.slice(split + 2) }
}
