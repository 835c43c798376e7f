import canonicalize from 'canonicalize'

/** RFC 8785 text of a JSON value. Throws for what has none: text that is no well-formed Unicode, numbers that are none, and what is not JSON. */
export const canonical = (value: unknown): string => {
  const ordered = inOrder(value)
  const text = ordered === undefined ? canonicalize(value) : JSON.stringify(ordered)
  if (text === undefined) throw new Error('not a JSON value')
  return text
}

/**
 * The value with the names of its objects in the order of RFC 8785, so that the platform's own JSON of it is canonical, at a
 * third of the cost; undefined where that would come out otherwise, or where there is something to refuse.
 */
const inOrder = (value: unknown): unknown => {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') return value.isWellFormed() ? value : undefined
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'object') return undefined
  if (Array.isArray(value)) {
    const items = value.map(inOrder)
    return items.includes(undefined) ? undefined : items
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined
  const names = namesInOrder(Object.keys(value))
  if (names === undefined) return undefined
  const ordered: Record<string, unknown> = {}
  for (const name of names) {
    const inside = inOrder(Reflect.get(value, name))
    if (inside === undefined) return undefined
    ordered[name] = inside
  }
  return ordered
}

/** Names that an object keeps in the order in which they came: numbers it would put first, and `__proto__` is no name. */
const isOrdinary = /^[A-Za-z]\w*$/

const known = new Map<string, readonly string[]>()
const knownMax = 1_000

/** Ordinary names in order, undefined where others are among them. Objects of the same few kinds come again and again. */
const namesInOrder = (names: string[]): readonly string[] | undefined => {
  // A name with a comma in it is of a kind of more names than there are, and so never taken for ordinary ones.
  const kind = names.join()
  const found = known.get(kind)
  if (found?.length === names.length) return found
  if (!names.every((name) => isOrdinary.test(name))) return undefined
  const inOrder = names.toSorted()
  if (known.size >= knownMax) known.clear()
  known.set(kind, inOrder)
  return inOrder
}
