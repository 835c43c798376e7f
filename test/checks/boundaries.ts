import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, Visitor } from 'oxc-parser'

export interface Rule {
  name: string
  from: RegExp
  except?: RegExp
  /** What must not be imported; `$1` stands for the first group of `from`. */
  to: string
  unless?: string
}

const feature = /^worker\/features\/([^/]+)\//

/** Which room may look into which; docs/design/house.md tells why. Type imports count. */
export const rules: readonly Rule[] = [
  {
    name: 'web and cli see contracts only',
    from: /^(?:web|cli)\//,
    to: '^(worker|durable-objects)/',
    // The semantic diff is pure code: a restore is previewed where it happens, on the machine of the gateway.
    // The detectors of secrets and personal data are pure as well: a package is cleaned before it leaves that machine.
    unless: '/contract\\.ts$|^worker/features/snapshots/diff/|^worker/features/masking/detect/index\\.ts$',
  },
  { name: 'the browser carries no detectors', from: /^web\//, to: '^worker/features/masking/detect/' },
  {
    name: 'a contract is only zod',
    from: /^(?!tlog\/).*\/contract\.ts$|^worker\/features\/audit\/events\//,
    to: '.',
    unless: '/contract\\.ts$|^worker/features/audit/events/|^zod$',
  },
  { name: 'rules are pure', from: /^worker\/.*\/rules\.ts$/, to: '.', unless: '/(contract|rules)\\.ts$' },
  {
    name: 'only stores speak SQL',
    from: /^(?:worker|web|cli)\//,
    except:
      /\/(?:store|schema)\.ts$|^worker\/features\/audit\/record\.ts$|^worker\/platform\/(?:db|map-rows|prepared)\.ts$/,
    to: '^drizzle-orm',
  },
  {
    name: 'only adapters speak Hono',
    from: /^(?:worker|durable-objects)\//,
    except: /\/(?:routes|socket)\.ts$|^worker\/http\/|^worker\/app\.ts$/,
    to: '^(hono|@hono)(/|$)',
  },
  {
    name: 'features meet at their index',
    from: feature,
    except: /\/store\.ts$/,
    to: '^worker/features/(?!$1/)',
    unless: '/(index|contract)\\.ts$',
  },
  {
    name: 'stores join tables only',
    from: /^worker\/features\/([^/]+)\/store\.ts$/,
    to: '^worker/features/(?!$1/)',
    unless: '/(index|contract|schema)\\.ts$',
  },
  {
    name: 'the platform knows no feature',
    from: /^worker\/(?:platform|http)\//,
    to: '^worker/features/|^durable-objects/',
    unless: '^durable-objects/.*/rpc\\.ts$',
  },
  {
    name: 'objects are reached by their stub',
    from: /^worker\//,
    except: /^worker\/index\.ts$/,
    to: '^durable-objects/',
    unless: '/(rpc|stub)\\.ts$',
  },
  {
    name: 'objects call verbs',
    from: /^durable-objects\//,
    to: '^worker/(features/[^/]+/(routes|store|schema)\\.ts$|http/|app\\.ts$|index\\.ts$)',
  },
  {
    name: 'the transparency log knows nothing of the product',
    from: /^tlog\//,
    to: '^(worker|durable-objects|web|cli|verifier|cbpkg)/',
  },
  {
    name: 'a package is a format and knows nothing of the product',
    from: /^cbpkg\//,
    to: '^(worker|durable-objects|web|cli|verifier|tlog)/',
  },
  { name: 'the verifier knows the log alone', from: /^verifier\//, to: '^(worker|durable-objects|web|cli|cbpkg)/' },
  { name: 'nothing imports tests', from: /^(?!test\/|bench\/|vitest)/, to: '^test/' },
]

/** Every import of a file, as a path from the root or as a package's name. */
export const importsOf = (path: string, source: string): string[] => {
  const { module } = parseSync(path, source)
  const requested = [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap((each) => each.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...module.dynamicImports.map((each) => source.slice(each.moduleRequest.start + 1, each.moduleRequest.end - 1)),
  ]
  return requested.map((request) => (request.startsWith('.') ? normalize(join(dirname(path), request)) : request))
}

/** The rules that an import breaks. */
export const broken = (from: string, to: string): string[] =>
  rules
    .filter((rule) => {
      const match = rule.from.exec(from)
      if (!match || rule.except?.test(from)) return false
      const target = new RegExp(rule.to.replaceAll('$1', match[1] ?? ''))
      return target.test(to) && !(rule.unless && new RegExp(rule.unless).test(to))
    })
    .map((rule) => rule.name)

/**
 * Lines of an object's statements that bind a bare `LIMIT ?`. SQLite plans such a statement anew each time that it is bound,
 * which an expression such as `LIMIT (? + 0)` spares it.
 */
export const bareLimits = (path: string, source: string): number[] => {
  if (!path.startsWith('durable-objects/')) return []
  const lines: number[] = []
  const look = (text: string, start: number) => {
    for (const { index } of text.matchAll(/\b(?:limit|offset)\s+[?:@$]/gi))
      lines.push(source.slice(0, start + index).split('\n').length)
  }
  new Visitor({
    Literal: ({ start, end }) => look(source.slice(start, end), start),
    TemplateElement: ({ start, value }) => look(value.raw, start),
  }).visit(parseSync(path, source).program)
  return lines
}

const sourcesIn = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'dist' || entry.name === 'node_modules' ? [] : sourcesIn(root, path)
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : []
  })

/** Modules that import one another in a ring, each ring once. Type imports make no ring. */
export const rings = (graph: ReadonlyMap<string, readonly string[]>): string[][] => {
  const found: string[][] = []
  const state = new Map<string, 'open' | 'done'>()
  const visit = (path: string, trail: string[]) => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path])
      return
    }
    state.set(path, 'open')
    for (const next of graph.get(path) ?? []) if (graph.has(next)) visit(next, [...trail, path])
    state.set(path, 'done')
  }
  for (const path of graph.keys()) visit(path, [])
  return found
}

/** Imports that remain when types are gone. */
const valueImportsOf = (path: string, source: string): string[] => {
  const { module } = parseSync(path, source)
  return module.staticImports
    .filter((each) => each.entries.length === 0 || each.entries.some((entry) => !entry.isType))
    .map((each) => each.moduleRequest.value)
    .filter((request) => request.startsWith('.'))
    .map((request) => normalize(join(dirname(path), request)))
}

const roots = ['worker', 'durable-objects', 'web', 'cli', 'tlog', 'cbpkg', 'verifier']

const main = () => {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
  const files = roots.flatMap((folder) => sourcesIn(root, folder))
  const faults: string[] = []
  const graph = new Map<string, string[]>()
  for (const path of files) {
    const source = readFileSync(join(root, path), 'utf8')
    graph.set(path, valueImportsOf(path, source))
    for (const line of bareLimits(path, source)) faults.push(`${path}:${line}: binds a bare LIMIT, write LIMIT (? + 0)`)
    for (const to of importsOf(path, source)) {
      for (const rule of broken(path, to)) faults.push(`${path} → ${to}: ${rule}`)
      const local = to.includes('/') && [...roots, 'test'].includes(to.split('/')[0] ?? '')
      if (local && !(existsSync(join(root, to)) && statSync(join(root, to)).isFile()))
        faults.push(`${path} → ${to}: not there`)
    }
  }
  for (const ring of rings(graph)) faults.push(`ring: ${ring.join(' → ')}`)
  for (const fault of faults) console.error(fault)
  console.log(`boundaries: ${files.length} files, ${faults.length} faults`)
  process.exit(faults.length === 0 ? 0 : 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
