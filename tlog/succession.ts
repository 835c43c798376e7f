import { formatVerifierKey, type NoteKey, parseNote, parseVerifierKey, signatureTypes, verifyNote } from './note.ts'

/**
 * A key that takes another's place is vouched for by it: a signed note (C2SP signed-note) of three lines, this format, the log's
 * origin, and the new key as a verifier key. Whoever knows only an old key finds the new one by it, however long ago
 * the old one has stopped to sign.
 */
const format = 'clawbutler.log-key/1'
export const successionsMax = 100

/** The text that the old key signs. */
export const successionText = (successor: NoteKey): string =>
  `${format}\n${successor.name}\n${formatVerifierKey(successor)}\n`

/** The trusted keys, and those that they vouch for, directly or through others. What is no succession counts for nothing. */
export const withSuccessors = async (
  trusted: readonly NoteKey[],
  successions: readonly string[],
): Promise<NoteKey[]> => {
  const known = new Map(trusted.map((key) => [formatVerifierKey(key), key]))
  const open = successions.slice(0, successionsMax).flatMap((text) => readSuccession(text) ?? [])
  for (let found = true; found; ) {
    found = false
    for (const { note, successor } of open) {
      const vkey = formatVerifierKey(successor)
      if (known.has(vkey)) continue
      const vouchers = [...known.values()].filter(({ name }) => name === successor.name)
      for (const voucher of vouchers)
        if (await verifyNote(note, voucher)) {
          known.set(vkey, successor)
          found = true
          break
        }
    }
  }
  return [...known.values()]
}

const readSuccession = (text: string) => {
  const note = parseNote(text)
  const [said, origin, vkey = '', ...rest] = note?.text.split('\n') ?? []
  const successor = parseVerifierKey(vkey)
  if (!note || said !== format || rest.join() !== '' || rest.length !== 1) return null
  if (successor?.type !== signatureTypes.ed25519 || successor.name !== origin) return null
  return { note, successor }
}
