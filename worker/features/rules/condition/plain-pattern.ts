/** How often the same place may be tried in different ways; more alternatives are RE2's. */
const waysMax = 64

/**
 * The same pattern for the engine of JavaScript, which is several times as fast, if it is a plain one: letters, sets,
 * groups and alternatives, with at most one repetition, and that only behind a `^`. Such a pattern has no way to go back
 * over the text again and again, so its time stays linear in the text as RE2's is. It means the same only for ASCII
 * text. Null for every other pattern.
 */
export const plainPattern = (source: string): RegExp | null => {
  const folded = source.startsWith('(?i)')
  const body = folded ? source.slice(4) : source
  const anchored = body.startsWith('^')
  let [ways, repetitions, written, depth] = [1, 0, anchored ? '^' : '', 0]
  // What a repetition would repeat: only a single character may be.
  let single = false
  for (const match of body.slice(anchored ? 1 : 0).matchAll(part)) {
    const [text] = match
    const { letter, escaped, kind, set, open, close, or, optional, repeat, edge, end, other } = match.groups ?? {}
    if (other !== undefined) return null
    if ((repeat !== undefined || optional !== undefined) && !single) return null
    if (repeat !== undefined && (!anchored || ++repetitions > 1)) return null
    if (or !== undefined && depth === 0) return null
    if (or !== undefined || optional !== undefined) ways *= 2
    depth += (open === undefined ? 0 : 1) - (close === undefined ? 0 : 1)
    if (depth < 0 || ways > waysMax) return null
    if (end !== undefined && match.index + text.length !== body.length - (anchored ? 1 : 0)) return null
    single = [letter, escaped, kind, set].some((found) => found !== undefined)
    written += kind === undefined ? (edge ?? (open === undefined ? text : '(?:')) : (kinds[kind] ?? text)
  }
  return depth === 0 ? new RegExp(written, folded ? 'i' : '') : null
}

/** What RE2 means by them; JavaScript's own differ in line breaks and blanks. */
const kinds: Record<string, string> = { '.': '[^\\n]', '\\s': '[\\t\\n\\f\\r ]', '\\S': '[^\\t\\n\\f\\r ]' }

const part =
  /(?<letter>[A-Za-z0-9 _\-/=:,@%&~"'#;<>!])|(?<escaped>\\[.\-/+*?()[\]{}|^$\\])|(?<kind>\.|\\[sSdw])|(?<set>\[[A-Za-z0-9 _/=:.,@]+\])|(?<open>\((?:\?:)?)|(?<close>\))|(?<or>\|)|(?<optional>\?(?![?*+]))|(?<repeat>[*+](?![?*+{]))|(?<edge>\\b)|(?<end>\$)|(?<other>[\s\S])/g

const ascii = /^[\p{ASCII}]*$/u

let asked = { text: '', isAscii: true }

/** Whether a text is of those that a plain pattern may be held against; one text is asked about many times in a row. */
export const isAscii = (text: string): boolean => {
  if (text !== asked.text) asked = { text, isAscii: ascii.test(text) }
  return asked.isAscii
}
