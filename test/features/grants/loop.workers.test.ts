import { expect, test } from 'vitest'
import { z } from 'zod'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import type { ConnectorEvent, GatewayGrant } from '../../../worker/features/connectors/link/events/contract.ts'
import { Grant, GrantProposal } from '../../../worker/features/grants/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { call, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aConnector, Link } from '../../support/connector-link.ts'
import { aGatewayAgent, aGatewayApproval, aRoster, requested, resolved, unique } from '../../support/gateway-events.ts'
import { anOrganization } from '../../support/organizations.ts'

const remembered = (...grants: GatewayGrant[]): Omit<Extract<ConnectorEvent, { type: 'gateway.grants' }>, 'n'> => ({
  key: unique('grants'),
  at: new Date().toISOString(),
  type: 'gateway.grants',
  payload: { grants },
})

test('from allow always to the gateway that has forgotten it again, over the live link', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const read = async <T extends z.ZodType>(schema: T, path: string): Promise<z.infer<T>> =>
    schema.parse(await (await call(`/api/v1${path}`, { headers })).json())
  const approvals = () => read(Page(Approval), '/approvals')
  const onlyGrant = async () => (await read(Page(Grant), '/approvals/grants')).items[0]
  const { token } = await aConnector(owner.ctx)
  const link = await Link.welcome(token)
  const asked = aGatewayApproval({ command: 'uname -a' })
  await link.report(aRoster(aGatewayAgent('main')), requested(asked))

  // A person allows it always, at the gateway as well.
  const approval = (await approvals()).items[0]
  const { items } = await read(
    z.object({ items: z.array(GrantProposal) }),
    `/approvals/${approval?.id}/grant-proposals`,
  )
  const [exact] = items
  expect(exact).toMatchObject({ label: 'exact', gatewayOffers: true, coverage: { covered: 1, undecided: 1 } })
  const grant = { pattern: exact?.pattern, atGateway: true, usesMax: 2 }
  const allowed = await post(`/api/v1/approvals/${approval?.id}/approve`, { mode: 'always', grant }, headers)
  expect([allowed.status, Approval.parse(await allowed.json()).decision?.outcome]).toEqual([200, 'allow_always'])
  expect(await link.next('command')).toMatchObject({
    id: approval?.id,
    params: { externalId: asked.externalId, decision: 'allow-always' },
  })
  link.answer(approval?.id ?? '')
  await link.report(resolved(asked, 'allow-always'))
  expect(await onlyGrant()).toMatchObject({ state: 'active', gateway: 'wanted', uses: 0 })

  // The gateway tells that it remembers.
  const record = { ref: 'main:1', agent: 'main', pattern: '/usr/bin/uname', argumentPattern: null }
  await link.report(remembered({ ...record, createdAt: new Date().toISOString(), lastUsedAt: null }))
  expect(await onlyGrant()).toMatchObject({ state: 'active', gateway: 'kept' })

  // The like is asked twice more and answered by the grant; the third time people are asked.
  for (const count of [2, 3]) {
    const again = aGatewayApproval({ command: 'uname -a' })
    await link.report(requested(again))
    const command = await link.next('command', count)
    expect(command).toMatchObject({ params: { externalId: again.externalId, decision: 'allow-once' } })
    link.answer(command.id)
  }
  expect(await onlyGrant()).toMatchObject({ state: 'used_up', uses: 2 })
  await link.report(requested(aGatewayApproval({ command: 'uname -a' })))
  expect((await approvals()).items[0]).toMatchObject({ state: 'pending', grantId: null })

  // A person takes it back: the gateway is told, and says that it is gone.
  const taken = Grant.parse(
    await (await post(`/api/v1/approvals/grants/${(await onlyGrant())?.id}/revoke`, {}, headers)).json(),
  )
  expect(taken).toMatchObject({ state: 'revoked', gateway: 'revoking' })
  expect(await link.next('command', 4)).toMatchObject({
    id: taken.id,
    command: 'grant.revoke',
    params: { ref: 'main:1' },
  })
  link.answer(taken.id)
  await expect.poll(async () => (await onlyGrant())?.gateway).toBe('revoked')
  await link.report(remembered())
  link.close()

  const told = (await checkAuditLog(owner.organizationId)).filter(({ type }) => type.startsWith('grant.'))
  expect(told.map(({ type, payload }) => [type, payload.gateway ?? null])).toEqual([
    ['grant.created', null],
    ['grant.synchronised', 'kept'],
    ['grant.revoked', null],
    ['grant.synchronised', 'revoked'],
  ])
})
