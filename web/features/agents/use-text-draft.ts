import { useState } from 'react'

/** What is sent to be saved. */
export interface Begun {
  text: string
  /** Of the file that it was begun with; null when there was none. */
  hash: string | null
}

/**
 * A text that is written upon a file of a gateway, which others may change meanwhile: then both are there to be compared,
 * and nothing is lost. `file` is the newest that was read; undefined while none was.
 */
export const useTextDraft = (file: { content: string; hash: string | null } | undefined) => {
  const [begun, setBegun] = useState<Begun | null>(null)
  const held = file?.content ?? ''
  const text = begun?.text ?? held
  const isDirty = begun !== null && begun.text !== held
  return {
    begun,
    text,
    isDirty,
    /** The gateway holds another file than the one this was begun with. */
    isBehind: isDirty && begun.hash !== (file?.hash ?? null),
    write: (next: string) => setBegun({ text: next, hash: begun ? begun.hash : (file?.hash ?? null) }),
    /** Goes on from the newest file with this text: what was there meanwhile is replaced when it is saved. */
    adopt: () => setBegun(file ? { text, hash: file.hash } : null),
    /** The file's own text again. */
    drop: () => setBegun(null),
  }
}
