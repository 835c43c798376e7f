import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const sources = '/usr/share/gocode/src/golang.org/x'
/** What the judges import beside the standard library, and the packages of Debian that bring it. */
const libraries = ['mod/sumdb', 'crypto/scrypt', 'crypto/hkdf', 'text/unicode/norm', 'text/cases']
const packages = ['golang-go', 'golang-golang-x-mod-dev', 'golang-golang-x-crypto-dev', 'golang-golang-x-text-dev']
const isInstalled = () => libraries.every((library) => existsSync(join(sources, library)))

/** Debian's Go with what the judges need, installed where we may; false where it is not to be had. */
export const installGo = (say: (line: string) => void): boolean => {
  if (!isInstalled() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('Installing Go …')
    try {
      execFileSync('apt-get', ['update'], { stdio: 'ignore' })
      execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { stdio: 'ignore' })
    } catch (error) {
      say(`Go could not be installed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return isInstalled() && spawnSync('go', ['version']).status === 0
}

let cache: string | null = null
/** One for all runs of a process: most of a run is compiling. */
const cacheOf = (): string => {
  cache ??= mkdtempSync(join(tmpdir(), 'go-cache-'))
  return cache
}

const filesOf = (program: string): string[] =>
  program.endsWith('.go')
    ? [program]
    : readdirSync(program).flatMap((name) => (name.endsWith('.go') ? [join(program, name)] : []))

/** Runs a Go program (a file, or a folder of them) on an input and answers its lines. Throws with what it said when it fails. */
export const runGo = (program: string, input: string): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: '/usr/share/gocode',
      GOCACHE: cacheOf(),
      GOFLAGS: '',
      GOTOOLCHAIN: 'local',
    }
    const child = execFile(
      'go',
      ['run', ...filesOf(program)],
      { env, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) => {
        if (error) reject(error)
        else resolve(stdout.trim().split('\n'))
      },
    )
    child.stdin?.end(input)
  })
