import { fromBase64, toBase64 } from './base64.ts'
import { hashLength } from './hash.ts'

/** C2SP tlog-checkpoint v1.0.0: what a log says of itself, the text of a signed note. */
export interface Checkpoint {
  origin: string
  size: number
  root: Uint8Array
}

export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`

/** Null for what is no checkpoint. Extension lines are accepted and ignored. */
export const parseCheckpoint = (text: string): Checkpoint | null => {
  const [origin, sizeText = '', rootText = '', ...rest] = text.split('\n')
  const root = fromBase64(rootText)
  const size = /^(?:0|[1-9]\d{0,15})$/.test(sizeText) ? Number(sizeText) : Number.NaN
  if (!origin || !Number.isSafeInteger(size) || root?.length !== hashLength) return null
  if (rest.at(-1) !== '' || rest.slice(0, -1).includes('')) return null
  return { origin, size, root }
}
