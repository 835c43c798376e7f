interface Piece {
  at: number
  text: string
  isHit: boolean
}

/** A text in pieces, those that are one of the words of the query apart. Case does not matter. */
export const marked = (text: string, query: string): Piece[] => {
  const words = query.split(/\s+/).filter(Boolean)
  if (words.length === 0) return [{ at: 0, text, isHit: false }]
  const pattern = new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'giu')
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) pieces.push({ at: from, text: text.slice(from, match.index), isHit: false })
    pieces.push({ at: match.index, text: match[0], isHit: true })
    from = match.index + match[0].length
  }
  if (from < text.length) pieces.push({ at: from, text: text.slice(from), isHit: false })
  return pieces
}
