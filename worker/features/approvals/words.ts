/** What makes a line more than one simple command, or lets a shell put something else in a word's place. */
const special = new Set('|&;<>()`$*?[]{}!\n\r\0'.split(''))
/** The same inside double quotes. */
const specialInQuotes = new Set('`$\0'.split(''))

/**
 * The words of a command line exactly as its program receives them, quotes resolved; empty for anything but one simple
 * command: operators, substitutions, redirections, patterns, comments, assignments and quotes that do not end. A rule or
 * a grant that looks at words can therefore trust that nothing hides behind them.
 */
export const wordsOf = (command: string): string[] => {
  const words: string[] = []
  let word: string | null = null
  for (let index = 0; index < command.length; index++) {
    const char = command.charAt(index)
    if (char === ' ' || char === '\t') {
      if (word !== null) words.push(word)
      word = null
    } else if (char === "'") {
      const end = command.indexOf("'", index + 1)
      if (end < 0) return []
      word = (word ?? '') + command.slice(index + 1, end)
      index = end
    } else if (char === '"') {
      const quoted = quotedFrom(command, index + 1)
      if (quoted === null) return []
      word = (word ?? '') + quoted.text
      index = quoted.end
    } else if (char === '\\') {
      index += 1
      const next = command.charAt(index)
      if (next === '' || next === '\n' || next === '\0') return []
      word = (word ?? '') + next
    } else if (special.has(char) || (word === null && (char === '#' || char === '~'))) return []
    else word = (word ?? '') + char
  }
  if (word !== null) words.push(word)
  return isAssignment(words[0]) ? [] : words
}

/** The text between double quotes and where they end; null when they do not, or something is put in its place. */
const quotedFrom = (command: string, start: number): { text: string; end: number } | null => {
  let text = ''
  for (let index = start; index < command.length; index++) {
    const char = command.charAt(index)
    if (char === '"') return { text, end: index }
    if (specialInQuotes.has(char)) return null
    const next = command.charAt(index + 1)
    if (char === '\\' && (next === '"' || next === '\\' || next === '$' || next === '`')) {
      text += next
      index += 1
    } else text += char
  }
  return null
}

/** `NAME=value program` runs the program with something changed that its words do not show. */
const isAssignment = (word: string | undefined): boolean => /^[A-Za-z_]\w*\+?=/.test(word ?? '')
