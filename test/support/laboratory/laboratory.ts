import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { CreatedConnector } from '../../../worker/features/connectors/contract.ts'
import type { CommandGroup } from '../../../worker/features/connectors/link/commands/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { type Gateway, startGateway } from '../openclaw/gateway.ts'
import { installOpenClaw } from '../openclaw/install.ts'
import { connectOperator, type Operator } from '../openclaw/operator.ts'
import { type GatewayProxy, startGatewayProxy } from '../openclaw/proxy.ts'
import { type Client, ownerEnv, signIn, until } from '../product/client.ts'
import { type RunningConnector, startConnector } from '../product/connector.ts'
import { endOf, type Server, startServer } from '../product/server.ts'
import { type StubModel, startStubModel } from '../stub-model.ts'

export interface LaboratoryOptions {
  /** An agent that is made beside `main` before the connector dials in, with a workspace of its own. Its id is the name in lower case. */
  agent?: string
  /** What the cloud may ask for; the connector's own choice when it is not given. */
  groups?: readonly CommandGroup[]
  /** The connector reaches the gateway through something that can lose what they say. */
  isProxied?: boolean
}

/** The product, the real gateway that asks about no command, the connector between them, and somebody at the gateway. */
export class Laboratory {
  server!: Server
  client!: Client
  model!: StubModel
  gateway!: Gateway
  /** Only where it `isProxied`. */
  proxy!: GatewayProxy
  operator!: Operator
  connector!: RunningConnector
  connectorId = ''
  token = ''
  /** The one that was made, else `main`. */
  agent!: Agent
  private missing: string | null = null
  private readonly options: LaboratoryOptions

  constructor(options: LaboratoryOptions) {
    this.options = options
  }

  async open(): Promise<void> {
    this.server = await startServer({ env: ownerEnv })
    this.client = await signIn(this.server.url)
    try {
      const command = await installOpenClaw(console.log)
      this.model = await startStubModel()
      this.gateway = await startGateway({ command, modelUrl: this.model.url, ask: 'off' })
      if (this.options.isProxied) this.proxy = await startGatewayProxy(this.gateway.url)
    } catch (error) {
      this.missing = `the OpenClaw gateway did not start: ${String(error).slice(0, 500)}`
      return
    }
    const { gateway, client } = this
    this.operator = await connectOperator(gateway.url, gateway.token)
    const { agent: name = 'main' } = this.options
    const workspace = join(gateway.folder, `workspace-${name.toLowerCase()}`)
    if (name !== 'main') await this.operator.call('agents.create', { name, workspace })
    const created = await client.post(CreatedConnector, '/connectors', { name: 'laboratory' })
    this.token = created.token
    this.connectorId = created.connector.id
    this.dial()
    this.agent = await this.listed(name.toLowerCase())
  }

  async close(): Promise<void> {
    this.operator?.close()
    if (this.connector) await endOf(this.connector.child)
    await this.proxy?.close()
    await this.gateway?.stop()
    await this.model?.close()
    await this.server?.stop()
  }

  /** Where the gateway can not be had, a test says so instead of failing. */
  needs(skip: (reason: string) => void): void {
    if (this.missing) skip(this.missing)
  }

  /** Kills the gateway and starts it on the same state; the connector finds it again by itself. */
  async restart(): Promise<void> {
    this.operator.close()
    await this.gateway.restart()
    this.operator = await connectOperator(this.gateway.url, this.gateway.token)
  }

  /** Starts the connector, on the state folder that it had. */
  dial(): void {
    const { server, token, gateway, proxy, connector, options } = this
    this.connector = startConnector({
      ...{ server: server.url, token, gateway: (proxy ?? gateway).url, gatewayToken: gateway.token },
      ...(options.groups ? { groups: options.groups } : {}),
      ...(connector ? { stateDir: connector.stateDir } : {}),
    })
  }

  /** As the product lists it, once it does; called as the gateway calls it. */
  listed(externalId: string): Promise<Agent> {
    return until(`the agent ${externalId}`, async () =>
      (await this.client.get(Page(Agent), '/agents')).items.find((agent) => agent.externalId === externalId),
    )
  }
}

/** One laboratory for all tests of a file, which go on where the one before ended. */
export const aLaboratory = (options: LaboratoryOptions = {}): Laboratory => {
  const laboratory = new Laboratory(options)
  beforeAll(() => laboratory.open())
  afterAll(() => laboratory.close())
  return laboratory
}
