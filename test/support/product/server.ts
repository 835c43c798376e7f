import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const commandLine = join(import.meta.dirname, '../../../cli/main.ts')

export interface Server {
  url: string
  stateDir: string
  output: () => string
  child: ChildProcess
  /** SIGTERM; resolves with the milliseconds that it took. */
  stop: () => Promise<number>
}

export interface ServerOptions {
  stateDir?: string
  port?: number
  env?: Record<string, string>
}

/** Starts the product as `npm start` does and waits until it says where it runs. */
export const startServer = async ({ stateDir, port = 0, env = {} }: ServerOptions = {}): Promise<Server> => {
  const folder = stateDir ?? mkdtempSync(join(tmpdir(), 'clawbutler-state-'))
  const child = spawn(process.execPath, [commandLine, 'serve'], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), CLAWBUTLER_STATE_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const match = /runs at (http:\/\/\S+)[\s\S]*stop with/.exec(output)
      if (match?.[1]) resolve(match[1])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)))
  })
  return { url, stateDir: folder, output: () => output, child, stop: () => endOf(child) }
}

/** SIGTERM, and how long the process took to end. */
export const endOf = async (child: ChildProcess): Promise<number> => {
  const startedAt = performance.now()
  if (child.exitCode !== null || child.signalCode !== null) return 0
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
  return performance.now() - startedAt
}
