import { risks } from '../../../platform/contract.ts'
import { patternOf } from './patterns.ts'
import { any, type Node, type Type } from './types.ts'
import { normalPath } from './words.ts'

type Takes = Type['is'] | 'texts'

/** One way to call a function. What it costs is in steps, of about a microsecond each at worst. */
export interface Signature {
  name: string
  on: Takes | null
  takes: readonly Takes[]
  gives: (nodes: Node[]) => Omit<Node, 'cost'>
  costs: (nodes: Node[], literal: string | null) => number
  /** The first argument has to be a text that stands in the condition itself; what is wrong with this one. */
  literal?: (text: string) => { fault: string; known?: readonly string[] } | null
}

const plain = (type: Type) => () => ({ type, chars: 32, items: 0 })
const bool = plain({ is: 'bool' })
const int = plain({ is: 'int' })
const text = (nodes: Node[]) => ({ type: { is: 'string' } as const, chars: charsOf(nodes), items: 0 })
const charsOf = (nodes: Node[]) => nodes.reduce((sum, { chars }) => sum + chars, 0)
const reading = (nodes: Node[]) => charsOf(nodes) / 64
const searching = ([where, what]: Node[]) => ((where?.chars ?? 0) * Math.max(1, (what?.chars ?? 0) / 8)) / 64

const zoned = (name: string): Signature[] => [
  { name, on: 'timestamp', takes: [], gives: int, costs: () => 5 },
  { name, on: 'timestamp', takes: ['string'], gives: int, costs: () => 200, literal: zoneFault },
]

const zoneFault = (zone: string) => {
  if (/^[+-]?\d\d:\d\d$/.test(zone)) return null
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
    return null
  } catch {
    return { fault: `${JSON.stringify(zone)} is no time zone, such as "Europe/Vienna".` }
  }
}

const patternFault = (source: string) => {
  try {
    patternOf(source)
    return null
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

const riskFault = (risk: string) =>
  risks.some((known) => known === risk) ? null : { fault: `${JSON.stringify(risk)} is no risk.`, known: risks }

const directoryFault = (path: string) =>
  normalPath(path) === null ? { fault: 'A directory is named from the root on, such as "/srv".' } : null

const optionFault = (option: string) =>
  /^--?[^\s=]+$|^--$/.test(option) ? null : { fault: 'An option begins with - and has no blank, such as "--force".' }

const conversion = (name: string, from: Takes[], gives: Signature['gives']): Signature[] =>
  from.map((is) => ({ name, on: null, takes: [is], gives, costs: (nodes) => charsOf(nodes) / 32 }))

const scalars: Takes[] = ['string', 'int', 'uint', 'double']

/** Everything that can be called, besides the operators and what the parser itself unfolds (`exists`, `has`, …). */
export const signatures: readonly Signature[] = [
  { name: 'atLeast', on: 'string', takes: ['string'], gives: bool, costs: () => 1, literal: riskFault },
  {
    name: 'within',
    on: 'string',
    takes: ['string'],
    gives: bool,
    costs: (n) => charsOf(n) / 8,
    literal: directoryFault,
  },
  { name: 'glob', on: 'string', takes: ['string'], gives: bool, costs: searching, literal: () => null },
  { name: 'lowerAscii', on: 'string', takes: [], gives: text, costs: reading },
  { name: 'startsWith', on: 'string', takes: ['string'], gives: bool, costs: reading },
  { name: 'startsWith', on: 'texts', takes: ['texts'], gives: bool, costs: (n) => reading(n) + itemsOf(n) },
  { name: 'endsWith', on: 'string', takes: ['string'], gives: bool, costs: reading },
  { name: 'contains', on: 'string', takes: ['string'], gives: bool, costs: searching },
  {
    name: 'matches',
    on: 'string',
    takes: ['string'],
    gives: bool,
    // Measured on the worst patterns: a tenth of a microsecond for each character and instruction.
    costs: ([subject], pattern) => ((subject?.chars ?? 0) * sizeOf(pattern)) / 10,
    literal: patternFault,
  },
  {
    name: 'hasOption',
    on: 'texts',
    takes: ['string'],
    gives: bool,
    costs: (n) => reading(n) + itemsOf(n),
    literal: optionFault,
  },
  { name: 'text', on: 'map', takes: ['string'], gives: text, costs: () => 1 },
  { name: 'size', on: null, takes: ['string'], gives: int, costs: (n) => charsOf(n) / 16 },
  ...(['list', 'map', 'bytes'] as const).map(
    (is): Signature => ({ name: 'size', on: null, takes: [is], gives: int, costs: () => 1 }),
  ),
  { name: 'size', on: 'string', takes: [], gives: int, costs: (n) => charsOf(n) / 16 },
  ...(['list', 'map', 'bytes'] as const).map(
    (is): Signature => ({ name: 'size', on: is, takes: [], gives: int, costs: () => 1 }),
  ),
  ...conversion('int', [...scalars, 'timestamp', 'duration'], int),
  ...conversion('uint', scalars, plain({ is: 'uint' })),
  ...conversion('double', scalars, plain({ is: 'double' })),
  ...conversion('bool', ['bool', 'string'], bool),
  ...conversion('string', [...scalars, 'bool', 'bytes', 'timestamp', 'duration'], (n) => ({
    ...text(n),
    chars: charsOf(n) + 32,
  })),
  ...conversion('bytes', ['string', 'bytes'], (n) => ({ ...text(n), type: { is: 'bytes' } })),
  ...conversion('timestamp', ['string', 'int', 'timestamp'], plain({ is: 'timestamp' })),
  ...conversion('duration', ['string', 'int', 'duration'], plain({ is: 'duration' })),
  { name: 'type', on: null, takes: ['any'], gives: plain({ is: 'type' }), costs: () => 1 },
  {
    name: 'dyn',
    on: null,
    takes: ['any'],
    gives: (n) => ({ ...(n[0] ?? { chars: 0, items: 0 }), type: any }),
    costs: () => 1,
  },
  ...['getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear'].flatMap(zoned),
  ...['getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'].flatMap(zoned),
  ...['getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'].map(
    (name): Signature => ({ name, on: 'duration', takes: [], gives: int, costs: () => 1 }),
  ),
]

const itemsOf = (nodes: Node[]) => nodes.reduce((sum, { items }) => sum + items, 0)
const sizeOf = (pattern: string | null) => (pattern === null ? 1 : patternOf(pattern).size)

/** Whether a value of this type can be given where that is taken; `any` may turn out to be anything. */
export const fits = ({ is, ...rest }: Type, takes: Takes): boolean => {
  if (takes === 'any') return is !== 'record'
  if (is === 'any') return true
  if (takes !== 'texts') return is === takes
  return 'of' in rest && is === 'list' && (rest.of.is === 'string' || rest.of.is === 'any')
}
