import { isTree, type Tree } from '../../plugin/merge-patch.ts'
import { pointed } from '../collect/own-file.ts'
import { type Account, marker, type TakenKind } from './marker.ts'
import { isSecretName, type Known, privateSpans, replaced, type Span, secretSpans } from './spans.ts'

/** Whatever stands below these is taken for a secret: environments and headers are where people put them. */
const secretContainers: ReadonlySet<string> = new Set(['env', 'headers', 'vars', 'secrets'])
/** An absolute path is of one machine; programs of the system are of all. */
const absolute = /^(?:~?\/|[A-Za-z]:\\|\\\\)/
const isSystemPath = /^\/(?:usr\/(?:local\/)?)?s?bin\/[\w.+-]+$/
/** Secrets by their length alone are no numbers, switches or empty texts. */
const isReference = /^\$\{[A-Z_][A-Z0-9_]*\}$/i

export interface Cleaning {
  /** Clone: no secrets, nothing of this machine. Share: besides, nothing of any person or machine. */
  intent: 'clone' | 'share'
  known: Known
  account: Account
}

/**
 * A section without what does not leave this machine with this intent. In its place stands the marker, and the account
 * says where; a name that is private itself goes with what it holds. `entry`: the path of the entry in the package.
 */
export function cleanTree(tree: Tree, entry: string, cleaning: Cleaning): Tree {
  const value = clean(tree, { path: '', name: '', isSecret: false }, entry, cleaning)
  return isTree(value) ? value : {}
}

interface Place {
  path: string
  name: string
  isSecret: boolean
}

function clean(value: unknown, place: Place, entry: string, cleaning: Cleaning): unknown {
  if (typeof value === 'string') return cleanText(value, place, entry, cleaning)
  if (typeof value === 'number') return cleanNumber(value, place, entry, cleaning)
  if (Array.isArray(value))
    return value.map((item, at) => clean(item, { ...place, path: `${place.path}/${at}` }, entry, cleaning))
  if (!isTree(value)) return value
  const isSecret = place.isSecret || secretContainers.has(place.name)
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const [private_] = spansOf(name, cleaning)
      const path = `${place.path}/${pointed(name)}`
      if (private_ === undefined)
        return [[name, clean(inner, { path, name, isSecret: isSecret || isSecretName(name) }, entry, cleaning)]]
      cleaning.account.took(entry, private_.kind)
      return []
    }),
  )
}

function cleanText(value: string, place: Place, entry: string, cleaning: Cleaning): string {
  const fill = (kind: TakenKind): string => {
    cleaning.account.toFill(`${entry}#${place.path}`, kind)
    if (cleaning.intent === 'share') cleaning.account.took(entry, kind)
    return marker
  }
  if (value === '' || value === marker) return value
  // What only names a variable of the environment holds nothing of it.
  if (isReference.test(value)) return value
  if (place.isSecret) return fill('secret')
  if (absolute.test(value) && !value.includes('\n') && !isSystemPath.test(value)) return fill('path')
  const spans = spansOf(value, cleaning)
  const [first] = spans
  if (!first) return value
  const isWhole = first.start === 0 && first.end === value.length
  if (isWhole || spans.some(({ kind }) => kind === 'secret')) return fill(isWhole ? first.kind : 'secret')
  for (const { kind } of spans) cleaning.account.took(entry, kind)
  return replaced(value, spans, (kind) => `‹${kind}›`)
}

/** A telephone, an account or a card may be told as a number. */
function cleanNumber(value: number, place: Place, entry: string, cleaning: Cleaning): number | string {
  const isSecret = place.isSecret && String(value).length >= 4 && /pass|secret|pin|code|key/i.test(place.name)
  const isPrivate =
    cleaning.intent === 'share' && String(value).length >= 7 && spansOf(String(value), cleaning).length > 0
  if (!isSecret && !isPrivate) return value
  cleaning.account.toFill(`${entry}#${place.path}`, isSecret ? 'secret' : 'personal')
  return marker
}

export const spansOf = (text: string, { intent, known }: Pick<Cleaning, 'intent' | 'known'>): Span[] =>
  intent === 'share' ? privateSpans(text, known) : secretSpans(text, known)
