import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../../..')
const manifest = join(root, 'test/e2e/openclaw')

/**
 * Installs the real gateway once, from its own lockfile, into an ignored folder, and answers where its command is. Its own
 * install scripts run: without them it refuses to start. Throws with npm's words where it cannot be installed.
 */
export const installOpenClaw = async (say: (line: string) => void): Promise<string> => {
  const folder = join(placeForAnyone(), 'openclaw')
  const command = join(folder, 'node_modules/openclaw/openclaw.mjs')
  const lock = readFileSync(join(manifest, 'package-lock.json'), 'utf8')
  const mark = join(folder, 'installed-from')
  if (existsSync(command) && existsSync(mark) && readFileSync(mark, 'utf8') === lock) return command
  say('Installing the OpenClaw gateway (once, about 650 MB) …')
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(manifest, name), join(folder, name))
  await npmCi(folder, say)
  writeFileSync(mark, lock)
  return command
}

/** The gateway runs as nobody, who must be able to walk to it; a checkout below a private home is not such a place. */
const placeForAnyone = (): string => {
  for (let path = root; ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return join(tmpdir(), 'clawbutler-e2e')
    if (path === dirname(path)) return join(root, '.e2e')
  }
}

const npmCi = (folder: string, say: (line: string) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const npm = process.env.npm_execpath
    const args = ['ci', '--ignore-scripts=false', '--no-audit', '--no-fund']
    // npm itself runs on our Node, so that the gateway's engine check sees a version that it accepts.
    const child = npm
      ? spawn(process.execPath, [npm, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
      : spawn('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    const words: Buffer[] = []
    child.stderr.on('data', (chunk: Buffer) => words.push(chunk))
    const startedAt = Date.now()
    const progress = setInterval(() => say(`  … ${Math.round((Date.now() - startedAt) / 1000)} s`), 10_000)
    child.on('error', reject)
    child.on('exit', (code) => {
      clearInterval(progress)
      if (code === 0) resolve()
      else reject(new Error(`npm ci failed with ${code}: ${Buffer.concat(words).toString().slice(-600)}`))
    })
  })
