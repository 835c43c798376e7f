import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../cli/serve/free-port.ts'

const nobody = 65_534

export interface Gateway {
  url: string
  token: string
  /** Folder of configuration, state, workspace and log. */
  folder: string
  log: () => string
  /** SIGKILL, and a start on the same state and port. */
  restart: () => Promise<void>
  /** SIGTERM, then SIGKILL after five seconds. */
  stop: () => Promise<void>
  pid: () => number | undefined
}

export interface GatewayOptions {
  command: string
  modelUrl: string
  /** What the gateway asks about: `always` each command, `off` none. */
  ask?: 'always' | 'off'
}

/** Starts the real gateway on loopback, as a user without rights, and waits until it is ready. */
export const startGateway = async ({ command, modelUrl, ask = 'always' }: GatewayOptions): Promise<Gateway> => {
  const folder = mkdtempSync(join(tmpdir(), 'clawbutler-gateway-'))
  const port = await freePort('127.0.0.1')
  const token = crypto.randomUUID()
  for (const name of ['home', 'state', 'workspace']) mkdirSync(join(folder, name))
  writeFileSync(
    join(folder, 'openclaw.json'),
    JSON.stringify(configuration(folder, port, token, modelUrl, ask), null, 2),
  )
  const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  const node = nodeForAnyone(folder)
  if ('uid' in identity)
    for (const name of ['', 'home', 'state', 'workspace', 'openclaw.json'])
      chownSync(join(folder, name), nobody, nobody)
  let child: ChildProcess | undefined
  const start = async () => {
    child = spawn(node, [command, 'gateway', 'run'], {
      cwd: folder,
      ...identity,
      stdio: 'ignore',
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        HOME: join(folder, 'home'),
        TMPDIR: folder,
        OPENCLAW_STATE_DIR: join(folder, 'state'),
        OPENCLAW_CONFIG_PATH: join(folder, 'openclaw.json'),
        OPENCLAW_DISABLE_BONJOUR: '1',
        OPENCLAW_EXEC_SHELL_SNAPSHOT: '0',
        OPENCLAW_NO_RESPAWN: '1',
        OPENCLAW_NO_AUTO_UPDATE: '1',
      },
    })
    await ready(`http://127.0.0.1:${port}/readyz`, child, () => log(folder))
  }
  const end = async (signal: NodeJS.Signals) => {
    const running = child
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    const gone = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    const force = setTimeout(() => running.kill('SIGKILL'), 5_000)
    await gone
    clearTimeout(force)
  }
  await start()
  return {
    url: `ws://127.0.0.1:${port}`,
    token,
    folder,
    log: () => log(folder),
    restart: async () => {
      await end('SIGKILL')
      await start()
    },
    stop: () => end('SIGTERM'),
    pid: () => child?.pid,
  }
}

const configuration = (folder: string, port: number, token: string, modelUrl: string, ask: 'always' | 'off') => ({
  gateway: { mode: 'local', port, bind: 'loopback', auth: { mode: 'token', token }, controlUi: { enabled: false } },
  update: { checkOnStart: false },
  discovery: { mdns: { mode: 'off' } },
  logging: { file: join(folder, 'gateway.log') },
  plugins: { enabled: false },
  models: {
    mode: 'replace',
    catalogRefresh: { enabled: false },
    providers: {
      stub: {
        baseUrl: `${modelUrl}/v1`,
        apiKey: 'stub-key',
        api: 'openai-completions',
        models: [
          {
            id: 'stub-1',
            name: 'Stub 1',
            reasoning: false,
            input: ['text'],
            cost: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
            contextWindow: 128_000,
            maxTokens: 4_096,
          },
        ],
      },
    },
  },
  agents: {
    defaults: {
      workspace: join(folder, 'workspace'),
      model: { primary: 'stub/stub-1' },
      skipBootstrap: true,
      heartbeat: { every: '0m' },
    },
  },
  tools: { exec: { host: 'gateway', security: ask === 'always' ? 'allowlist' : 'full', ask } },
})

const ready = async (url: string, child: ChildProcess, words: () => string): Promise<void> => {
  const deadline = Date.now() + 240_000
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}: ${words().slice(-800)}`)
    const answer = await fetch(url).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  throw new Error(`the gateway is not ready after 240 s: ${words().slice(-800)}`)
}

const log = (folder: string): string => {
  const path = join(folder, 'gateway.log')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** Our own Node may live where nobody can walk to; a copy beside the gateway cannot. */
const nodeForAnyone = (folder: string): string => {
  const path = join(folder, 'node')
  copyFileSync(process.execPath, path)
  chmodSync(path, 0o755)
  chmodSync(folder, 0o755)
  return path
}
