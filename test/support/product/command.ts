import { spawn } from 'node:child_process'
import { commandLine } from './server.ts'

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a `clawbutler` command to its end, as a script would. */
export const runCommand = (args: string[], env: Record<string, string> = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [commandLine, ...args], {
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ran = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (ran.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (ran.stderr += chunk.toString()))
    child.once('close', (code) => resolve({ code, ...ran }))
  })
