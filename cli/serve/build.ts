import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.ts'

const sources = [
  'worker',
  'durable-objects',
  'web',
  'tlog',
  'cbpkg',
  'verifier',
  'package-lock.json',
  'vite.config.ts',
  'wrangler.toml',
]
const stamp = join(root, 'dist', 'built-from')

/** Builds UI and Worker unless what is built is from just these sources. Throws with the tool's own words. */
export const buildIfStale = async (say: (line: string) => void): Promise<void> => {
  const digest = digestOfSources()
  const built = [stamp, join(root, 'dist/worker/index.js'), join(root, 'web/dist/index.html')].every(existsSync)
  if (built && readFileSync(stamp, 'utf8') === digest) return
  say('Building (once for each version) …')
  await npmRun('build')
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, digest)
}

const digestOfSources = (): string => {
  const hash = createHash('sha256')
  for (const source of sources) {
    const path = join(root, source)
    if (statSync(path).isDirectory()) hashFolder(hash, path)
    else hash.update(source).update(readFileSync(path))
  }
  return hash.digest('hex')
}

const hashFolder = (hash: ReturnType<typeof createHash>, folder: string): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (entry.name !== 'dist') hashFolder(hash, path)
    } else hash.update(path.slice(root.length)).update(readFileSync(path))
  }
}

const npmRun = (script: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const output: Buffer[] = []
    const env = { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', NODE_ENV: 'production', NO_COLOR: '1' }
    const child = spawn('npm', ['run', '--silent', script], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`npm run ${script} failed with ${code}:\n${Buffer.concat(output).toString()}`))
    })
  })
