import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const rooms = 'worker|durable-objects|web|cli|migrations|test|bench|docs'

/** Paths that a page names: links to files, and code spans that begin with one of the rooms. */
export const pathsNamedIn = (text: string, folder: string): string[] => {
  const links = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .map((target) => (target.startsWith('/') ? target.slice(1) : join(folder, target)))
  const spans = [...text.matchAll(new RegExp(`\`((?:${rooms})/[\\w./\\[\\]-]*)\``, 'g'))].map((match) => match[1] ?? '')
  return [...links, ...spans]
}

const pagesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return pagesIn(path)
    return entry.name.endsWith('.md') ? [path] : []
  })

const main = () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...pagesIn('docs')]
  // Decisions are frozen: they may name what was there when they were taken.
  const present = pages.filter((page) => !page.startsWith('docs/decisions/'))
  const gone = present.flatMap((page) =>
    pathsNamedIn(readFileSync(join(root, page), 'utf8'), dirname(page))
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${page} names ${path}, which is not there`),
  )
  for (const fault of gone) console.error(fault)
  console.log(`docs: ${present.length} pages, ${gone.length} faults`)
  process.exit(gone.length === 0 ? 0 : 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()
