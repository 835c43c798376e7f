import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Connector, type ConnectorOptions } from '../../cli/connector/connector.ts'
import { type SimulatorOptions, startSimulator } from '../support/gateway-simulator/simulator.ts'
import { Cloud, type CloudOptions } from './cloud.ts'

/** Waits until something is true, and says what was awaited when it never becomes so. */
export async function until<T>(what: string, look: () => T | Promise<T>, deadlineMs = 30_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + deadlineMs
  for (;;) {
    const value = await look()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clawbutler-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function aCloud(options: CloudOptions = {}) {
  const cloud = await Cloud.start(options)
  onTestFinished(() => cloud.stop())
  return cloud
}

export async function aGateway(options: SimulatorOptions = {}) {
  const gateway = await startSimulator(options)
  onTestFinished(() => gateway.close())
  return gateway
}

/** A running connector; it is stopped when the test is over. */
export async function aConnector(options: Partial<ConnectorOptions> & Pick<ConnectorOptions, 'server' | 'gateway'>) {
  const said: string[] = []
  const connector = await Connector.open({
    token: 'connector-token',
    gatewayToken: 'simulated-gateway-token',
    stateDir: options.stateDir ?? (await aFolder()),
    groups: ['read', 'approvals'],
    name: null,
    journalBytesMax: 64 * 1024 * 1024,
    say: (line) => said.push(line),
    env: {},
    ...options,
  })
  const ended = connector.run()
  let stopped: Promise<void> | null = null
  const stop = () => {
    stopped ??= connector.stop()
    return stopped
  }
  onTestFinished(stop)
  return { connector, said, ended, stop }
}
