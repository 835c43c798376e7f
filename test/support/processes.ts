import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'

export interface ProcessOptions {
  args: string[]
  env?: Record<string, string>
  /** The process works as soon as its output matches this. */
  ready: RegExp
}

/** One of our programs as a process group of its own, so that a kill reaches its children at the same moment. */
export class Program {
  readonly name: string
  readonly #options: ProcessOptions
  #child: ChildProcess | null = null
  #output = ''
  /** How it ended when nobody had killed it. */
  collapse: string | null = null

  constructor(name: string, options: ProcessOptions) {
    this.name = name
    this.#options = options
  }

  get isRunning(): boolean {
    return this.#child !== null
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** What its newest process has said. */
  get output(): string {
    return this.#output
  }

  start(): void {
    const { args, env = {} } = this.#options
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.#child = child
    this.#output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString()
      })
    child.on('exit', (code, signal) => {
      if (this.#child !== child) return
      this.#child = null
      this.collapse = `${this.name} ended by itself with ${code ?? signal}: ${this.#output.slice(-2_000)}`
    })
  }

  /** SIGKILL to the whole group; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child?.pid || child.exitCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    process.kill(-child.pid, 'SIGKILL')
    await gone
  }

  get isReady(): boolean {
    return this.isRunning && this.#options.ready.test(this.#output)
  }
}

/** A free port below those that the system gives to outgoing connections, so that it stays free between two starts. */
export const quietPort = async (): Promise<number> => {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer().on('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
}
