import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const library = '/usr/share/gocode/src/golang.org/x/mod/sumdb'

/** Debian's Go with golang.org/x/mod, installed where we may; false where it is not to be had. */
export const installGo = (say: (line: string) => void): boolean => {
  if (!existsSync(library) && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('Installing Go …')
    try {
      execFileSync('apt-get', ['update'], { stdio: 'ignore' })
      const packages = ['golang-go', 'golang-golang-x-mod-dev']
      execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { stdio: 'ignore' })
    } catch (error) {
      say(`Go could not be installed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return existsSync(library) && spawnSync('go', ['version']).status === 0
}

/** Runs a Go program on an input and answers its lines. Throws with what it said when it fails. */
export const runGo = (program: string, input: string): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const env = {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: '/usr/share/gocode',
      GOCACHE: mkdtempSync(join(tmpdir(), 'go-cache-')),
      GOFLAGS: '',
      GOTOOLCHAIN: 'local',
    }
    const child = execFile('go', ['run', program], { env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      if (error) reject(error)
      else resolve(stdout.trim().split('\n'))
    })
    child.stdin?.end(input)
  })
