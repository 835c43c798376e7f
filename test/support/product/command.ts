import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandLine } from './server.ts'

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

/** Of ours a command gets the way to programs, and what the start before it has compiled: half of what a start costs. */
export const bareEnvironment = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  NODE_COMPILE_CACHE: join(tmpdir(), 'clawbutler-tests-compiled'),
}

/** Runs a `clawbutler` command to its end, as a script would. */
export const runCommand = (args: string[], env: Record<string, string> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [commandLine, ...args], {
      env: { ...bareEnvironment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ran = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (ran.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (ran.stderr += chunk.toString()))
    child.once('close', (code) => resolve({ code, ...ran }))
  })
