import { runInDurableObject } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { ConnectorSession } from '../../../durable-objects/connector-session/connector-session.ts'
import type { GatewayGrant } from '../../../worker/features/connectors/link/events/contract.ts'
import { connectorContext } from '../../../worker/features/connectors/session.ts'
import {
  coveringGrant,
  endGrants,
  gatewayGrantsListed,
  grantRevokeAnswered,
  revokesWaiting,
} from '../../../worker/features/grants/index.ts'
import { revokeGrant } from '../../../worker/features/grants/revoke.ts'
import { type GrantRow, grants } from '../../../worker/features/grants/schema.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { aSilentConnector } from '../../support/approvals.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { sessionOf } from '../../support/connector-link.ts'
import { aCommand, aGrant, aPattern, aRecordedRequest, decided, words } from '../../support/grants.ts'
import { anOrganization } from '../../support/organizations.ts'

const minuteMs = 60_000
const aRecord = (facts: Partial<GatewayGrant> = {}): GatewayGrant => ({
  ref: 'main:1',
  agent: 'main',
  pattern: '/usr/bin/uname',
  argumentPattern: null,
  createdAt: new Date().toISOString(),
  lastUsedAt: null,
  ...facts,
})

/** An organization with a connector, whose gateway tells what it remembers. */
const aGateway = async () => {
  const { ctx, organizationId } = await anOrganization()
  const connectorId = await aSilentConnector(ctx)
  const agentId = newId('agt')
  const connector = connectorContext(ctx, organizationId, connectorId)
  let clock = Date.now()
  return {
    ctx,
    organizationId,
    connectorId,
    connector,
    agentId,
    /** Lists the records, later each time unless a time is given. */
    list: async (records: GatewayGrant[], at?: number) => {
      clock += 1_000
      await gatewayGrantsListed(connector, connectorId, new Map([['main', agentId]]), records, at ?? clock)
      return at ?? clock
    },
    rows: () => ctx.db.select().from(grants).where(eq(grants.organizationId, organizationId)).orderBy(grants.id),
    types: async () => (await checkAuditLog(organizationId)).map(({ type }) => type),
    commands: () =>
      runInDurableObject(sessionOf(connectorId), (_: ConnectorSession, { storage }) =>
        storage.sql.exec<{ id: string }>('SELECT id FROM commands').toArray(),
      ),
    /** A grant that the gateway is to remember, from an allow-always that it took. */
    wanted: async (facts: Partial<GrantRow> = {}, asked: Parameters<typeof aRecordedRequest>[2] = {}) => {
      const approvalId = await aRecordedRequest(ctx, 'uname -a', {
        ...decided('allow_always'),
        agentId,
        connectorId,
        externalId: newId('apr'),
        resolvedPath: '/usr/bin/uname',
        ...asked,
      })
      const pattern = aPattern({ agentId, connectorId, words: words('uname -a') })
      return aGrant(ctx, { pattern, connectorId, approvalId, gateway: 'wanted', ...facts })
    },
  }
}
type Gateway = Awaited<ReturnType<typeof aGateway>>
const only = async (gateway: Gateway) => {
  const [row, ...more] = await gateway.rows()
  expect(more).toEqual([])
  return row
}

describe('what a gateway remembers', () => {
  test('of our allow-always is kept under its ref, and told twice is told once', async () => {
    const gateway = await aGateway()
    await gateway.wanted()
    const at = await gateway.list([aRecord()])
    await gateway.list([aRecord()])
    await gateway.list([aRecord()], at)
    expect(await only(gateway)).toMatchObject({ gateway: 'kept', gatewayRef: 'main:1' })
    expect(await gateway.types()).toEqual(['grant.synchronised'])
  })

  test.each([
    ['of another agent', { agent: 'other' }],
    ['of another program', { pattern: '/usr/bin/id' }],
    ['from long before the decision', { createdAt: new Date(Date.now() - 10 * minuteMs).toISOString() }],
  ])('is not ours when it is %s', async (_, facts) => {
    const gateway = await aGateway()
    const { id } = await gateway.wanted()
    await gateway.list([aRecord(facts)])
    const rows = await gateway.rows()
    expect(rows.find((row) => row.id === id)?.gateway).toBe('wanted')
    expect(rows.filter((row) => row.createdByKind === 'gateway')).toHaveLength(1)
  })

  test('of two of ours goes to each, the earliest first', async () => {
    const gateway = await aGateway()
    const [first, second] = [
      await gateway.wanted({ createdAt: Date.now() - 2_000 }),
      await gateway.wanted({ createdAt: Date.now() - 1_000 }),
    ]
    await gateway.list([
      aRecord({ ref: 'main:2', createdAt: new Date(Date.now() + 1).toISOString() }),
      aRecord({ ref: 'main:1', createdAt: new Date(Date.now()).toISOString() }),
    ])
    const refs = new Map((await gateway.rows()).map(({ id, gatewayRef }) => [id, gatewayRef]))
    expect([refs.get(first.id), refs.get(second.id)]).toEqual(['main:1', 'main:2'])
  })

  test('never comes when the gateway did not take the decision', async () => {
    const gateway = await aGateway()
    await gateway.wanted({}, { state: 'undeliverable' })
    await gateway.list([])
    expect(await only(gateway)).toMatchObject({ gateway: 'none', endedAt: null })
  })

  test('by itself appears as its own grant, once, and answers nothing here', async () => {
    const gateway = await aGateway()
    await gateway.list([aRecord()])
    await gateway.list([aRecord()])
    expect(await only(gateway)).toMatchObject({
      createdByKind: 'gateway',
      gateway: 'kept',
      agentId: gateway.agentId,
      expiresAt: null,
    })
    expect(await gateway.types()).toEqual(['grant.created'])
    const facts = aCommand('/usr/bin/uname -a', {
      agent: { id: gateway.agentId, externalId: 'main', name: '', model: '' },
      connector: { id: gateway.connectorId, name: '' },
    })
    expect(await coveringGrant(gateway.ctx, facts)).toBe(null)
  })

  test('and uses says so here', async () => {
    const gateway = await aGateway()
    await gateway.list([aRecord()])
    const lastUsedAt = new Date().toISOString()
    await gateway.list([aRecord({ lastUsedAt })])
    expect((await only(gateway))?.lastUsedAt).toBe(Date.parse(lastUsedAt))
  })

  test('a thousand at once are all there', async () => {
    const gateway = await aGateway()
    await gateway.list(Array.from({ length: 1_000 }, (_, index) => aRecord({ ref: `main:${index}` })))
    expect(await gateway.rows()).toHaveLength(1_000)
    expect(await gateway.types()).toHaveLength(1_000)
  })

  test('no more ends the grant, and a late repeat of an older list brings nothing back', async () => {
    const gateway = await aGateway()
    await gateway.wanted()
    const before = await gateway.list([aRecord()])
    await gateway.list([])
    await gateway.list([aRecord()], before)
    await gateway.list([])
    expect(await only(gateway)).toMatchObject({ gateway: 'revoked', revokedByName: 'gateway' })
    expect(await gateway.types()).toEqual(['grant.synchronised', 'grant.revoked', 'grant.synchronised'])
  })

  test('is not ended by a late repeat of a list from before it was made', async () => {
    const gateway = await aGateway()
    const before = await gateway.list([])
    await gateway.list([aRecord()])
    await gateway.list([], before)
    expect(await only(gateway)).toMatchObject({ gateway: 'kept', endedAt: null })
  })

  test('again under the same ref is a new grant', async () => {
    const gateway = await aGateway()
    await gateway.list([aRecord()])
    await gateway.list([])
    await gateway.list([aRecord()])
    expect((await gateway.rows()).map(({ gateway, gatewayRef }) => ({ gateway, gatewayRef }))).toEqual([
      { gateway: 'revoked', gatewayRef: null },
      { gateway: 'kept', gatewayRef: 'main:1' },
    ])
  })

  test('touches nothing of another connector, whatever its refs are called', async () => {
    const gateway = await aGateway()
    const other = await aSilentConnector(gateway.ctx)
    await gateway.list([aRecord()])
    const connector = connectorContext(gateway.ctx, gateway.organizationId, other)
    await gatewayGrantsListed(connector, other, new Map([['main', gateway.agentId]]), [], Date.now() + 90_000)
    await gatewayGrantsListed(connector, other, new Map(), [aRecord()], Date.now() + 91_000)
    const rows = await gateway.rows()
    expect(rows.map(({ connectorId, gateway }) => ({ connectorId, gateway }))).toEqual([
      { connectorId: gateway.connectorId, gateway: 'kept' },
      { connectorId: other, gateway: 'kept' },
    ])
  })
})

describe('what a gateway is to forget', () => {
  const kept = async () => {
    const gateway = await aGateway()
    const { id } = await gateway.wanted()
    await gateway.list([aRecord()])
    return { ...gateway, id }
  }

  test('is asked for by one durable command, kept until the gateway says it is gone', async () => {
    const { id, ctx, connector, connectorId, commands, ...gateway } = await kept()
    expect((await revokeGrant(ctx, id, {})).gateway).toBe('revoking')
    await revokeGrant(ctx, id, {})
    expect(await commands()).toEqual([{ id }])
    expect(await revokesWaiting(connector, connectorId)).toMatchObject([
      { id, command: 'grant.revoke', params: { ref: 'main:1' } },
    ])
    await grantRevokeAnswered(connector, id, { ok: false, failure: 'gateway_refused', detail: '' })
    expect(await revokesWaiting(connector, connectorId)).toHaveLength(1)
    await grantRevokeAnswered(connector, id, { ok: true })
    await grantRevokeAnswered(connector, id, { ok: true })
    expect(await revokesWaiting(connector, connectorId)).toEqual([])
    expect((await gateway.rows())[0]).toMatchObject({ gateway: 'revoked' })
    expect(await gateway.types()).toEqual(['grant.synchronised', 'grant.revoked', 'grant.synchronised'])
  })

  test('and has forgotten already is done', async () => {
    const { id, ctx, connector, rows } = await kept()
    await revokeGrant(ctx, id, {})
    await grantRevokeAnswered(connector, id, { ok: false, failure: 'not_found', detail: '' })
    expect((await rows())[0]?.gateway).toBe('revoked')
  })

  test('is what has expired or was used up as well', async () => {
    const { id, ctx, rows, commands } = await kept()
    await endGrants({ ...ctx, now: () => new Date(Date.now() + 2 * 86_400_000) })
    expect((await rows())[0]?.gateway).toBe('revoking')
    expect(await commands()).toEqual([{ id }])
  })

  test('is also what it told only after the grant had ended', async () => {
    const gateway = await aGateway()
    const { id } = await gateway.wanted()
    await revokeGrant(gateway.ctx, id, {})
    expect(await gateway.commands()).toEqual([])
    await gateway.list([aRecord()])
    expect(await only(gateway)).toMatchObject({ gateway: 'revoking', gatewayRef: 'main:1' })
    await expect.poll(gateway.commands).toEqual([{ id }])
  })

  test('and is gone from its list is forgotten', async () => {
    const { id, ctx, list, rows, types } = await kept()
    await revokeGrant(ctx, id, {})
    await list([])
    expect((await rows())[0]).toMatchObject({ gateway: 'revoked', revokedByName: ctx.actorName })
    expect(await types()).toEqual(['grant.synchronised', 'grant.revoked', 'grant.synchronised'])
  })

  test('of its own may be taken back here as well', async () => {
    const gateway = await aGateway()
    await gateway.list([aRecord()])
    const row = await only(gateway)
    expect((await revokeGrant(gateway.ctx, row?.id ?? '', {})).gateway).toBe('revoking')
    expect(await gateway.commands()).toEqual([{ id: row?.id }])
  })

  test('is answered by its own organization only', async () => {
    const { id, ctx, rows } = await kept()
    await revokeGrant(ctx, id, {})
    const stranger = await anOrganization()
    await grantRevokeAnswered(connectorContext(stranger.ctx, stranger.organizationId, newId('con')), id, { ok: true })
    expect((await rows())[0]?.gateway).toBe('revoking')
  })
})
