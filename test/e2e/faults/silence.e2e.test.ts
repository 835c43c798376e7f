import { expect, onTestFinished, test } from 'vitest'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { CreatedConnector } from '../../../worker/features/connectors/contract.ts'
import { AgentHealth } from '../../../worker/features/health/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { startSimulator } from '../../support/gateway-simulator/simulator.ts'
import { ownerEnv, signIn, until } from '../../support/product/client.ts'
import { startConnector } from '../../support/product/connector.ts'
import { startServer } from '../../support/product/server.ts'

/** A machine that vanishes closes no socket: a stopped process does not either. */
test('the agents of a connector that stops without a word are offline within 30 seconds, and well when it goes on', async () => {
  const server = await startServer({ env: ownerEnv })
  onTestFinished(async () => void (await server.stop()))
  const gateway = await startSimulator({ token: 'simulated' })
  onTestFinished(() => gateway.close())
  const client = await signIn(server.url)
  const { token } = await client.post(CreatedConnector, '/connectors', { name: 'vanishes' })
  const { child } = startConnector({ server: server.url, token, gateway: gateway.url, gatewayToken: 'simulated' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const agent = await until('the agents', async () => (await client.get(Page(Agent), '/agents')).items[0])
  const health = async () => await client.get(AgentHealth, `/agents/${agent.id}/health`)
  await until('a healthy agent', async () => (await health()).state === 'healthy')

  const stoppedAt = performance.now()
  child.kill('SIGSTOP')
  const offline = await until('offline', async () => {
    const found = await health()
    return found.state === 'offline' && found
  })
  const silentS = (performance.now() - stoppedAt) / 1000
  process.stdout.write(`offline ${silentS.toFixed(1)} s after the last sign of life\n`)
  expect(silentS).toBeLessThanOrEqual(30)
  expect(offline.causes).toMatchObject([{ cause: 'connector_offline' }])

  const wentOnAt = performance.now()
  child.kill('SIGCONT')
  await until('healthy again', async () => (await health()).state === 'healthy')
  process.stdout.write(`healthy again ${((performance.now() - wentOnAt) / 1000).toFixed(1)} s after it went on\n`)
})
