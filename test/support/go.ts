import { execFileSync, spawnSync } from 'node:child_process'
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
export const runGo = (program: string, input: string): string[] => {
  const cache = mkdtempSync(join(tmpdir(), 'go-cache-'))
  const { status, stdout, stderr } = spawnSync('go', ['run', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: '/usr/share/gocode',
      GOCACHE: cache,
      GOFLAGS: '',
      GOTOOLCHAIN: 'local',
    },
  })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim().split('\n')
}
