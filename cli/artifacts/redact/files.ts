import { isUtf8 } from 'node:buffer'
import { marker, type TakenKind } from './marker.ts'
import { replaced } from './spans.ts'
import type { Cleaning } from './tree.ts'
import { spansOf } from './tree.ts'

/** Longer texts are not read for secrets, and so are left out. */
export const cleanedBytesMax = 4 * 1024 * 1024

/** Of a workspace that is published: what the gateway puts before the model, and skills. Nothing about people. */
const published = /^(?:AGENTS|SOUL|TOOLS|IDENTITY|HEARTBEAT|BOOTSTRAP)\.md$|^skills\/(?!.*(?:^|\/)\.)/
const memory = /^MEMORY\.md$|^memory(?:\/|$)/i

/** Why a file is not published; null when it may be, once it is cleaned. */
export function unpublished(path: string): TakenKind | null {
  if (memory.test(path)) return 'memory'
  return published.test(path) ? null : 'user_file'
}

/**
 * A file's content without what does not leave this machine with this intent; null when it is left out as a whole: it is
 * no text, and something in it may be anything. A binary file that holds no known secret goes along in a clone.
 */
export function cleanFile(content: Buffer, entry: string, cleaning: Cleaning): Buffer | null {
  const { intent, known, account } = cleaning
  if (!isUtf8(content) || content.includes(0)) {
    const holdsSecret = known.secrets.some((secret) => content.includes(secret))
    if (intent === 'clone' && !holdsSecret && spansOf(content.toString('latin1'), cleaning).length === 0) return content
    account.took(entry, 'binary')
    return null
  }
  const text = content.toString('utf8')
  const spans = spansOf(text, cleaning)
  if (spans.length === 0) return content
  const holdsSecret = spans.some(({ kind }) => kind === 'secret')
  if (holdsSecret) account.toFill(entry, 'secret')
  for (const { kind } of spans) if (intent === 'share' || kind !== 'secret') account.took(entry, kind)
  return Buffer.from(replaced(text, spans, (kind) => (kind === 'secret' ? marker : `‹${kind}›`)))
}
