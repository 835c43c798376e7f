import { vi } from 'vitest'
import { describeAgent } from '../../worker/features/agents/describe.ts'
import { showAgent } from '../../worker/features/agents/list.ts'
import type { AgentStop } from '../../worker/features/connectors/link/stops/contract.ts'
import { KillOrder } from '../../worker/features/kill-switch/contract.ts'
import { call, post } from './call.ts'
import { checkAuditLog } from './check-audit-log.ts'
import { aConnector, Link } from './connector-link.ts'
import { aGatewayAgent, aRoster } from './gateway-events.ts'
import { aMember, anOrganization, type Person } from './organizations.ts'

export const path = '/api/v1/kill-switch'
const groups = ['read', 'approvals', 'stop'] as const

/** What a connector tells of an agent; `more` where a test cares. */
export const anAgentStop = (agent: string, state: AgentStop['state'], more: Partial<AgentStop> = {}): AgentStop => ({
  agent,
  state,
  at: new Date().toISOString(),
  steps: [{ step: 'abort', outcome: 'done', startedMs: 0, endedMs: 7, because: null, detail: '', counts: { runs: 1 } }],
  record: { entry: 'a'.repeat(64), jobs: 'b'.repeat(64), jobCount: 1 },
  isRefused: true,
  abortedRuns: 1,
  abortedMs: 7,
  confirmedMs: state === 'stopped' ? 40 : null,
  differs: [],
  ...more,
})

/** An organization with a gateway of two agents, `main` and `scout`, whose connector takes stops. */
export const aStoppableWorld = async (owner?: Person) => {
  const person = owner ?? (await anOrganization())
  const connector = await aConnector(person.ctx)
  const link = await Link.welcome(connector.token, { groups: [...groups] })
  await link.report(aRoster(aGatewayAgent('main'), aGatewayAgent('scout')))
  const headers = await person.authorization()
  const agents = new Map<string, string>()
  for (const { id, externalId } of (await agentsOf(headers)).filter((agent) => agent.connectorId === connector.id))
    agents.set(externalId, id)
  const agent = (externalId: string) => agents.get(externalId) ?? ''
  const order = async (scope: object, more: object = {}) => {
    const answer = await post(`${path}/disable`, { scope, reason: 'it runs wild', ...more }, headers)
    if (answer.status !== 202) throw new Error(`disable: ${answer.status} ${await answer.text()}`)
    return KillOrder.parse(await answer.json())
  }
  const recover = (orderId: string, name: string, as = headers) =>
    post(`${path}/recover`, { orderId, name, reason: 'looked into' }, as)
  const shown = async (id: string) => KillOrder.parse(await (await call(`${path}/orders/${id}`, { headers })).json())
  const reaches = (id: string, state: KillOrder['state']) =>
    vi.waitFor(
      async () => {
        const found = await shown(id)
        if (found.state !== state) throw new Error(`still ${JSON.stringify(found)}`)
        return found
      },
      { timeout: 20_000, interval: 20 },
    )
  const told = async (type: string) =>
    (await checkAuditLog(person.organizationId)).filter((entry) => entry.type === type)
  const controlOf = async (externalId: string) => {
    const { control, stop } = await showAgent(person.ctx, agent(externalId))
    return { control, stop }
  }
  const group = async (externalId: string, resourceGroup: string) => {
    const { version } = await showAgent(person.ctx, agent(externalId))
    await describeAgent(person.ctx, agent(externalId), version, { resourceGroup })
  }
  const tell = (orderId: string, ...agents: AgentStop[]) =>
    link.send({ kind: 'stops', orderId, gatewayConnected: true, agents })
  const member = (role: Parameters<typeof aMember>[1]) => aMember(person.organizationId, role)
  const more = { connector, link, agent, order, recover, shown, reaches, told, controlOf, group, tell, member }
  return { ...person, headers, groups, ...more }
}
export type StoppableWorld = Awaited<ReturnType<typeof aStoppableWorld>>

const agentsOf = async (headers: Record<string, string>) => {
  const answer = await call('/api/v1/agents?limit=200', { headers })
  const { items } = await answer.json<{ items: { id: string; externalId: string; connectorId: string }[] }>()
  return items
}
