/**
 * How text is cut into what can be found. FTS5's own tokenizer takes care of letters that are written apart: case,
 * accents, punctuation. Scripts without spaces are given to it as pairs of neighbours, since nobody marks words in them.
 */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu

/** Thai is the first of these scripts: nearly all text has nothing so high, and is not looked at by character. */
const mayBeUnspaced = /[\u0e00-\uffff]/

/** How much of one event can be found by its words, in UTF-16 units. */
export const searchableLengthMax = 8_192
const keywordsMax = 16

/** `部署到prod` becomes `部署 署到 到 prod`: pairs, and the last character alone, so that a query may begin or end anywhere. */
export const indexedWords = (text: string): string => {
  const searchable = text.slice(0, searchableLengthMax)
  return mayBeUnspaced.test(searchable) ? searchable.replace(unspaced, spelled) : searchable
}

const spelled = (run: string): string => {
  let text = ' '
  let before = ''
  for (const character of run) {
    if (before !== '') text += `${before}${character} `
    before = character
  }
  return `${text}${before} `
}

/** Every string and number of a payload, however deep, with the names of its fields left out. */
export const textOf = (payload: unknown): string => {
  const parts: string[] = []
  let length = 0
  const collect = (value: unknown): void => {
    if (length > searchableLengthMax) return
    if (typeof value === 'string') {
      parts.push(value)
      length += value.length + 1
    } else if (typeof value === 'number') collect(String(value))
    else if (Array.isArray(value)) for (const item of value) collect(item)
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) collect(item)
  }
  collect(payload)
  return parts.join('\n')
}

/** An id of ours or of a trace, or how one begins. */
const mayBeId = /^(?:[a-z]{3}_[0-9a-z]*|[0-9a-f]{8,32})$/

/**
 * What a person typed, as an FTS5 query: everything has to be there; what stands in quotes, and what is written together,
 * in this order; the last letters may be the beginning of a longer word. `tagsOf` says by which tags an id, or how one
 * begins, may be found besides. Null when nothing in it can be looked for.
 */
export const keywordQuery = (keyword: string, tagsOf: (id: string) => string): string | null => {
  const parts = [...keyword.matchAll(/"([^"]*)"|([^\s"]+)/g)].slice(0, keywordsMax).flatMap(([, quoted, bare]) => {
    const text = quoted ?? bare ?? ''
    const [phrase] = phraseOf(text)
    if (phrase === undefined) return []
    return mayBeId.test(text) ? `(words : (${phrase}) OR ${tagsOf(text)})` : `words : (${phrase})`
  })
  return parts.length === 0 ? null : parts.join(' AND ')
}

const phraseOf = (text: string): string[] => {
  const words: string[] = []
  let isPrefix = true
  let at = 0
  const plain = (part: string) => words.push(...part.split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean))
  for (const match of text.matchAll(unspaced)) {
    plain(text.slice(at, match.index))
    at = match.index + match[0].length
    const isEnd = at === text.length
    const pairs = pairsOf(match[0])
    words.push(...pairs)
    // Alone or at the end, a single character may begin a pair; a pair is whole by itself.
    if (!isEnd || pairs.length === 0) words.push(last(match[0]))
    if (isEnd) isPrefix = pairs.length === 0
  }
  plain(text.slice(at))
  return words.length === 0 ? [] : [`"${words.join(' ')}"${isPrefix ? ' *' : ''}`]
}

const pairsOf = (run: string): string[] => {
  const characters = [...run]
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}

const last = (run: string): string => [...run].at(-1) ?? ''
