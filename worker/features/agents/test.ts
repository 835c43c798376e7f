import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { gatewayConfig } from './config/get.ts'
import type { AgentTest } from './contract.ts'
import { askGateway } from './live/ask.ts'
import { type DescribedAgent, getAgent } from './store.ts'

type Step = AgentTest['steps'][number]
type Found = Pick<Step, 'outcome' | 'detail'>
type Check = (ctx: OrganizationContext, agent: DescribedAgent) => Promise<Found>

const pass = (detail: string): Found => ({ outcome: 'pass', detail })
const warn = (detail: string): Found => ({ outcome: 'warn', detail })
const fail = (detail: string): Found => ({ outcome: 'fail', detail })
const live = { liveOnly: true }

const checks: Record<Step['name'], Check> = {
  connector: async (_, { connectorState, gatewayConnected, connectorGroups, state }) => {
    if (state === 'removed') return fail('The gateway has removed this agent.')
    if (connectorState !== 'online') return fail(`The connector is ${connectorState ?? 'gone'}.`)
    if (!gatewayConnected) return fail('The connector has no connection to its gateway.')
    return connectorGroups?.includes('manage') ? pass('Connected.') : warn('Connected for reading only.')
  },
  configuration: async (ctx, agent) => {
    const { config, entry } = await gatewayConfig(ctx, agent, live)
    const [issue] = config.issues
    if (!config.valid) return fail(issue ? `${issue.path}: ${issue.message}` : 'The configuration is not valid.')
    return pass(entry === null ? 'Valid; the agent has no entry of its own.' : 'Valid.')
  },
  model: async (ctx, agent) => {
    const { models } = (await askGateway(ctx, agent, { question: 'models', agent: agent.externalId }, live)).answer
    const used = models.find(({ provider, id }) => `${provider}/${id}` === agent.model)
    if (!used) return warn(`${agent.model ?? 'The model'} is not among the ${models.length} models of the gateway.`)
    return used.isAvailable ? pass(`${agent.model} is available.`) : fail(`${agent.model} is not available.`)
  },
  tools: async (ctx, agent) => {
    const question = { question: 'tools.catalog', agent: agent.externalId } as const
    const { groups } = (await askGateway(ctx, agent, question, live)).answer.tools
    return pass(`${groups.reduce((sum, { tools }) => sum + tools.length, 0)} tools can be built.`)
  },
  files: async (ctx, agent) => {
    const question = { question: 'files.list', agent: agent.externalId } as const
    const { files } = (await askGateway(ctx, agent, question, live)).answer
    return pass(`${files.filter(({ isMissing }) => !isMissing).length} of ${files.length} files are there.`)
  },
}

/** Walks to an agent step by step and changes nothing. Throws `not_found` only. */
export const testAgent = async (ctx: OrganizationContext, id: string): Promise<AgentTest> => {
  const agent = await getAgent(ctx, id)
  const steps: Step[] = []
  for (const name of ['connector', 'configuration', 'model', 'tools', 'files'] as const) {
    const startedAt = performance.now()
    const isCut = steps.some(({ outcome }) => outcome === 'fail')
    const found: Found = isCut ? { outcome: 'skip', detail: '' } : await foundBy(checks[name], ctx, agent)
    steps.push({ name, ...found, durationMs: performance.now() - startedAt })
  }
  return { ok: steps.every(({ outcome }) => outcome !== 'fail'), ranAt: ctx.now().toISOString(), steps }
}

const foundBy = async (check: Check, ctx: OrganizationContext, agent: DescribedAgent): Promise<Found> => {
  try {
    return await check(ctx, agent)
  } catch (error) {
    if (error instanceof AppError) return fail(error.message)
    throw error
  }
}
