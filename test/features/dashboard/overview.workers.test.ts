import { expect, test } from 'vitest'
import { decideApproval } from '../../../worker/features/approvals/decision/decide.ts'
import { DashboardOverview } from '../../../worker/features/dashboard/contract.ts'
import { aPendingApproval } from '../../support/approvals.ts'
import { call } from '../../support/call.ts'
import { aConnector, Link } from '../../support/connector-link.ts'
import { aGatewayAgent, aGatewayApproval, aRoster, requested, runStarted } from '../../support/gateway-events.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const overviewOf = async (person: Person) => {
  const answer = await call('/api/v1/dashboard/overview', { headers: await person.authorization() })
  expect(answer.status).toBe(200)
  return DashboardOverview.parse(await answer.json())
}

test('an empty organization has nothing to show, and shows it', async () => {
  const overview = await overviewOf(await aMember((await anOrganization()).organizationId, 'viewer'))
  expect(overview).toEqual({
    approvals: { pending: 0, expiringSoon: 0, urgent: [], decided24h: 0, rejected24h: 0, medianDecisionMs: null },
    agents: { active: 0, running: 0, waiting: 0, unknown: 0 },
    connectors: { total: 0, online: 0, attention: [] },
    health: { healthy: 0, degraded: 0, offline: 0, causes: [], degradedAgents: [] },
    activity: { events: Array(24).fill(0), risky: Array(24).fill(0) },
    risky: [],
    sequence: 0,
  })
})

test('what waits, what runs and what happened is counted', async () => {
  const owner = await anOrganization()
  const { id: connectorId, token } = await aConnector(owner.ctx)
  const link = await Link.welcome(token)
  await link.report(aRoster(aGatewayAgent('main'), aGatewayAgent('busy'), aGatewayAgent('idle')))
  await link.report(
    runStarted('busy', 'r1'),
    requested(
      aGatewayApproval({
        agent: 'main',
        command: 'rm -rf /srv',
        expiresAt: new Date(Date.now() + 60_000).toISOString(),
      }),
    ),
    requested(aGatewayApproval({ agent: 'main' })),
  )
  const decided = await aPendingApproval(owner.ctx)
  await decideApproval(owner.ctx, decided.id, { outcome: 'reject' })
  const overview = await overviewOf(owner)
  expect(overview.approvals).toMatchObject({ pending: 2, expiringSoon: 2, decided24h: 1, rejected24h: 1 })
  expect(overview.approvals.urgent.map((approval) => approval.risk)).toEqual(['critical', 'low'])
  expect(overview.approvals.medianDecisionMs).toBeGreaterThanOrEqual(1_000)
  expect(overview.agents).toEqual({ active: 3, running: 1, waiting: 1, unknown: 0 })
  expect(overview.connectors).toMatchObject({ total: 2, online: 1, attention: [] })
  expect(overview.activity.events.at(-1)).toBe(overview.sequence)
  expect(overview.risky.map((entry) => entry.type)).toEqual(['approval.requested'])
  link.send({ kind: 'gateway', connected: false, version: null, bootId: null, detail: 'down' })
  await link.report(runStarted('busy', 'r2'))
  expect((await overviewOf(owner)).connectors.attention.map((each) => each.id)).toEqual([connectorId])
  link.close()
})

test('is for the signed-in, and shows nothing of another organization', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  await aPendingApproval(owner.ctx)
  expect((await overviewOf(stranger)).approvals.pending).toBe(0)
  expect((await call('/api/v1/dashboard/overview')).status).toBe(401)
})
