import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseSync } from 'vite'
import { reachedFrom, type Source } from './reach.ts'

/**
 * The language gate, run as `node web/i18n/check.ts`: both catalogues have the same keys with the same placeholders
 * and tags, English holds no Chinese, no key is unused, every page loads the parts of the catalogue that it speaks
 * from, and no text that a person sees stands in the code.
 *
 * `zh-CN.json` comes with the first screen. What only some pages say stands in a part, `<part>.zh-CN.json`, which the
 * routes load beside those pages: see `catalogue.ts`.
 */

export type Tree = { [key: string]: string | Tree }
const cjk = /[\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]/
/** Names of languages are written in themselves, in both catalogues. */
const namesItself = new Set(['shell.languages.zh-CN', 'palette.flipLanguage'])

export const flatten = (tree: Tree, path = ''): Map<string, string> =>
  new Map(
    Object.entries(tree).flatMap(([key, value]) => {
      const full = path === '' ? key : `${path}.${key}`
      return typeof value === 'string' ? [[full, value] as const] : [...flatten(value, full)]
    }),
  )

/** Reads one ICU message from `at` to its closing brace or its end, noting arguments and rich-text tags. */
const readMessage = (message: string, at: number, names: Set<string>): number => {
  let here = at
  while (here < message.length && message[here] !== '}') {
    const tag = /^<(\w+)>/.exec(message.slice(here))
    if (tag) names.add(tag[0])
    here = message[here] === '{' ? readArgument(message, here + 1, names) : here + 1
  }
  return here
}

/** `name}`, `name, number}` or `name, plural, one {…} other {…}}`; the branches are messages again. */
const readArgument = (message: string, at: number, names: Set<string>): number => {
  const head = /^\s*(\w+)\s*(?:,\s*(\w+)\s*)?/.exec(message.slice(at))
  if (!head?.[1]) throw new Error(`not an ICU message: ${message}`)
  names.add(head[1])
  let here = at + head[0].length
  while (here < message.length && message[here] !== '}')
    here = message[here] === '{' ? readMessage(message, here + 1, names) + 1 : here + 1
  return here + 1
}

export const placeholders = (message: string) => {
  const names = new Set<string>()
  readMessage(message, 0, names)
  return [...names].sort().join(' ')
}

export const compareCatalogues = (base: Map<string, string>, other: Map<string, string>) => {
  const faults: string[] = []
  for (const key of base.keys()) if (!other.has(key)) faults.push(`en-US lacks ${key}`)
  for (const key of other.keys()) if (!base.has(key)) faults.push(`zh-CN lacks ${key}`)
  for (const [key, message] of base) {
    const twin = other.get(key)
    if (twin === undefined) continue
    if (placeholders(message) !== placeholders(twin))
      faults.push(`${key}: placeholders differ: ${placeholders(message)} | ${placeholders(twin)}`)
    if (cjk.test(twin) && !namesItself.has(key)) faults.push(`${key}: Chinese in en-US`)
  }
  return faults
}

/** The messages of one language by the file they stand in: '' for the common one, else the part's name. */
export const readCatalogues = (locale: 'zh-CN' | 'en-US') => {
  const ending = `${locale}.json`
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(ending))
  return new Map(
    files.toSorted().map((name): [string, Tree] => {
      const tree: Tree = JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'))
      return [name.slice(0, -ending.length).replace(/\.$/, ''), tree]
    }),
  )
}

/** All files of a language as one. */
export const readMessages = (locale: 'zh-CN' | 'en-US'): Tree => Object.assign({}, ...readCatalogues(locale).values())

/** Beginnings of keys that stand in more than one file, where one would hide the other. */
export const sharedBeginnings = (catalogues: ReadonlyMap<string, Tree>) => {
  const names = [...catalogues.values()].flatMap((tree) => Object.keys(tree))
  return names.filter((name, at) => names.indexOf(name) !== at)
}

type Found = { text: string; at: number }
const visibleAttributes = new Set([
  'title',
  'alt',
  'placeholder',
  'label',
  'aria-label',
  'aria-description',
  'what',
  'lead',
])
/** Words that are the same in every language: names of products, units of keys, signs. */
const universal = /^[\s\d\p{P}\p{S}]*$|^(OpenClaw|ClawButler|[A-Z?]|⇧[A-Z]|⌘K|⌃↵)$/u

const isNode = (value: unknown): value is Record<string, unknown> & { type: string; start: number } =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** Texts that a person would see or hear, and every string with Chinese in it, outside the catalogues. */
export const hardCoded = (file: string, source: string): Found[] => {
  const found: Found[] = []
  const visit = (value: unknown) => {
    if (Array.isArray(value)) return value.forEach(visit)
    if (!isNode(value)) return
    if (value.type === 'JSXText' && typeof value.value === 'string' && !universal.test(value.value.trim()))
      found.push({ text: value.value.trim(), at: value.start })
    if (value.type === 'JSXAttribute' && isNode(value.name) && isNode(value.value)) {
      const text = value.value.value
      if (visibleAttributes.has(String(value.name.name)) && typeof text === 'string' && !universal.test(text))
        found.push({ text, at: value.start })
    }
    if (value.type === 'Literal' && typeof value.value === 'string' && cjk.test(value.value))
      found.push({ text: value.value, at: value.start })
    if (value.type === 'TemplateElement' && typeof value.value === 'object' && cjk.test(JSON.stringify(value.value)))
      found.push({ text: JSON.stringify(value.value), at: value.start })
    for (const [key, child] of Object.entries(value)) if (key !== 'parent') visit(child)
  }
  visit(parseSync(file, source).program)
  return found
}

/** Which keys some code says: by a literal, or by a template such as t(`risk.${risk}`). */
const sayings = (code: string) => {
  const patterns = [...code.matchAll(/`([a-zA-Z][\w.-]*\.[^`]*\$\{[^`]*)`/g)].flatMap(([, template]) => {
    if (!template) return []
    const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    return [new RegExp(`^${parts.join('[\\w.-]+')}$`)]
  })
  return (key: string) => code.includes(`'${key}'`) || patterns.some((pattern) => pattern.test(key))
}

export const unused = (keys: Iterable<string>, sources: readonly string[]) => {
  const says = sayings(sources.join('\n'))
  return [...keys].filter((key) => !says(key))
}

/** Keys of a part that a file says although it is reached without that part: the page would show the bare key. */
export const unloaded = (catalogues: ReadonlyMap<string, Tree>, entry: string, sources: readonly Source[]) =>
  reachedFrom(entry, sources).flatMap(({ source, parts }) => {
    const says = sayings(source.text)
    return [...catalogues].flatMap(([part, tree]) =>
      part === '' || parts.includes(part)
        ? []
        : [...flatten(tree).keys()].filter(says).map((key) => `${source.path}: says ${key}, reached without ${part}`),
    )
  })

const sourcesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'dist') return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? sourcesUnder(path) : /\.tsx?$/.test(entry.name) ? [path] : []
  })

const check = () => {
  const web = join(import.meta.dirname, '..')
  const files = sourcesUnder(web).filter((path) => path !== import.meta.filename && !path.endsWith('.d.ts'))
  const sources = files.map((path) => ({ path: relative(web, path), text: readFileSync(path, 'utf8') }))
  const catalogues = readCatalogues('zh-CN')
  const keys = flatten(readMessages('zh-CN'))
  const faults = [
    ...compareCatalogues(keys, flatten(readMessages('en-US'))),
    ...sharedBeginnings(catalogues).map((name) => `${name}: begins the keys of two files`),
    ...unloaded(catalogues, 'main.tsx', sources),
    ...unused(
      keys.keys(),
      sources.map(({ text }) => text),
    ).map((key) => `${key}: unused`),
    ...sources.flatMap(({ path, text }) =>
      hardCoded(path, text).map(({ text: words, at }) => {
        const line = text.slice(0, at).split('\n').length
        return `${path}:${line}: text in the code: ${words}`
      }),
    ),
  ]
  for (const fault of faults) console.error(fault)
  console.log(`${keys.size} messages in two languages, ${files.length} files, ${faults.length} faults`)
  process.exitCode = faults.length === 0 ? 0 : 1
}

if (import.meta.main) check()
