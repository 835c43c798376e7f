import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfStale } from '../../cli/serve/build.ts'
import { Agent } from '../../worker/features/agents/contract.ts'
import { CreatedConnector } from '../../worker/features/connectors/contract.ts'
import { commandGroupsWithChanges } from '../../worker/features/connectors/link/commands/contract.ts'
import { Page } from '../../worker/platform/contract.ts'
import { startSimulator } from '../support/gateway-simulator/simulator.ts'
import { startGateway } from '../support/openclaw/gateway.ts'
import { installOpenClaw } from '../support/openclaw/install.ts'
import { connectOperator, startRun } from '../support/openclaw/operator.ts'
import { owner, ownerEnv, signIn, until } from '../support/product/client.ts'
import { startConnector } from '../support/product/connector.ts'
import { endOf, startServer } from '../support/product/server.ts'
import { startStubModel } from '../support/stub-model.ts'

/** Something that runs agents, asks before commands, and can be stopped. */
interface DemoGateway {
  url: string
  token: string
  run: (command: string) => Promise<void>
  stop: () => Promise<void>
}

const say = (line: string) => void process.stdout.write(`${line}\n`)

const realGateway = async (): Promise<DemoGateway> => {
  const command = await installOpenClaw(say)
  const model = await startStubModel()
  say('Starting the OpenClaw gateway (about 20 s) …')
  const gateway = await startGateway({ command, modelUrl: model.url })
  return {
    url: gateway.url,
    token: gateway.token,
    run: async (line) => {
      const operator = await connectOperator(gateway.url, gateway.token)
      await startRun(operator, `agent:main:demo-${Date.now()}`, line)
      operator.close()
    },
    stop: async () => {
      await gateway.stop()
      await model.close()
    },
  }
}

const simulatedGateway = async (): Promise<DemoGateway> => {
  const token = crypto.randomUUID()
  const simulator = await startSimulator({ token })
  return {
    url: simulator.url,
    token,
    run: async (command) => void simulator.startRun({ agent: 'main', command }),
    stop: () => simulator.close(),
  }
}

const { values } = parseArgs({ options: { simulated: { type: 'boolean', default: false } } })
await buildIfStale(say)
const stateDir = mkdtempSync(join(tmpdir(), 'clawbutler-demo-'))
const server = await startServer({ stateDir, port: Number(process.env.PORT ?? 0), env: ownerEnv })
const gateway = values.simulated ? await simulatedGateway() : await realGateway()
const client = await signIn(server.url)
const { token } = await client.post(CreatedConnector, '/connectors', { name: 'demo' })
const connector = startConnector({
  server: server.url,
  token,
  gateway: gateway.url,
  gatewayToken: gateway.token,
  groups: commandGroupsWithChanges,
})
await until('the agents', async () => (await client.get(Page(Agent), '/agents')).items.length > 0)
await gateway.run('rm -rf ./build && git push --force origin main')
await gateway.run('/usr/bin/uname -s')

say(
  [
    '',
    `Open      ${server.url}/approvals`,
    `Sign in   ${owner.email}   ${owner.password}`,
    '',
    'Two requests wait for you. Press J and K to move, A to allow, R to refuse; then look at Activity.',
    'Stop with Ctrl+C.',
  ].join('\n'),
)

let stopping = false
const stop = async () => {
  if (stopping) return
  stopping = true
  await endOf(connector.child)
  await gateway.stop()
  await server.stop()
  process.exit(0)
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
