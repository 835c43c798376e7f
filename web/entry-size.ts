import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** The size gate, run after a build as `node web/entry-size.ts`; KB are 1000 bytes, compressed with gzip -9. */

const limitsKb = { 'entry JS': 130, CSS: 15, 'any other chunk': 40 }

type Manifest = Record<string, { file: string; isEntry?: boolean; imports?: string[] }>

const dist = join(import.meta.dirname, 'dist')
const gzipKb = (file: string) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length / 1000

const manifest: Manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))

/** Everything the browser must have before the entry's first line runs. */
const staticallyNeeded = (key: string, seen = new Set<string>()): Set<string> => {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key]?.imports ?? []) staticallyNeeded(next, seen)
  return seen
}

const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry)
if (!entry) throw new Error('The build has no entry.')
const entryFiles = new Set([...staticallyNeeded(entry)].flatMap((key) => manifest[key]?.file ?? []))
const assets = readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`)
const scripts = assets.filter((file) => file.endsWith('.js'))
const sum = (files: Iterable<string>) => [...files].reduce((total, file) => total + gzipKb(file), 0)

const measured = [
  { name: 'entry JS', kb: sum(entryFiles), limitKb: limitsKb['entry JS'] },
  { name: 'CSS', kb: sum(assets.filter((file) => file.endsWith('.css'))), limitKb: limitsKb.CSS },
  ...scripts
    .filter((file) => !entryFiles.has(file))
    .map((file) => ({ name: file, kb: gzipKb(file), limitKb: limitsKb['any other chunk'] })),
]
for (const { name, kb, limitKb } of measured.toSorted((a, b) => b.kb - a.kb)) {
  if (kb > limitKb) process.exitCode = 1
  if (kb > limitKb || kb >= 5)
    console.log(`${kb > limitKb ? 'TOO LARGE ' : ''}${name}: ${kb.toFixed(1)} KB of ${limitKb}`)
}
