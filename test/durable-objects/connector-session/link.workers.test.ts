import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ConnectorSession } from '../../../durable-objects/connector-session/connector-session.ts'
import {
  pauseConnector,
  resumeConnector,
  rotateConnectorToken,
  syncConnector,
} from '../../../worker/features/connectors/change.ts'
import { diagnoseConnector, streamDiagnostics } from '../../../worker/features/connectors/diagnose.ts'
import { frameBytesMax, silenceMaxMs } from '../../../worker/features/connectors/link/contract.ts'
import { showConnector } from '../../../worker/features/connectors/list.ts'
import { removeConnector } from '../../../worker/features/connectors/remove.ts'
import { Problem } from '../../../worker/platform/contract.ts'
import { checkAuditLog, readSequence } from '../../support/check-audit-log.ts'
import { aConnector, aHello, dial, Link } from '../../support/connector-link.ts'
import { aGatewayAgent, aRoster } from '../../support/gateway-events.ts'
import { anOrganization } from '../../support/organizations.ts'

const aWorld = async () => {
  const owner = await anOrganization()
  return { ...owner, connector: await aConnector(owner.ctx) }
}
const typesOf = async (organizationId: string) => (await readSequence(organizationId)).map((entry) => entry.type)
const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 20 })
const stateOf = async ({ ctx, connector }: Awaited<ReturnType<typeof aWorld>>) =>
  (await showConnector(ctx, connector.id)).state
const later = (ms: number) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + ms)
}

afterEach(() => {
  vi.useRealTimers()
})

describe('the door', () => {
  test('an absent, malformed, wrong or foreign token gets the same 401', async () => {
    const { connector } = await aWorld()
    const other = await aWorld()
    const secret = connector.token.split('_')[2]
    const mixed = `${other.connector.token.split('_').slice(0, 2).join('_')}_${secret}`
    const bodies = new Set<string>()
    for (const token of [null, 'nonsense', `${connector.token}x`, connector.token.slice(0, -1).concat('!'), mixed]) {
      const answer = await dial(token)
      expect(answer.status).toBe(401)
      const { requestId: _, ...body } = Problem.parse(await answer.json())
      bodies.add(JSON.stringify(body))
    }
    expect(bodies.size).toBe(1)
  })

  test('without the subprotocol, or without an upgrade, nothing opens', async () => {
    const { connector } = await aWorld()
    expect((await dial(connector.token, { 'sec-websocket-protocol': 'something.else' })).status).toBe(422)
    expect((await dial(connector.token, { upgrade: '' })).status).toBe(422)
  })

  test('the subprotocol is confirmed, also among others', async () => {
    const { connector } = await aWorld()
    const answer = await dial(connector.token, { 'sec-websocket-protocol': 'x, clawbutler.connector.v1' })
    expect(answer.status).toBe(101)
    expect(answer.headers.get('sec-websocket-protocol')).toBe('clawbutler.connector.v1')
    answer.webSocket?.accept()
    answer.webSocket?.close()
  })

  test('headers of the caller do not choose the session', async () => {
    const world = await aWorld()
    const other = await aWorld()
    const answer = await dial(world.connector.token, {
      'x-clawbutler-organization': other.organizationId,
      'x-clawbutler-connector': other.connector.id,
    })
    if (!answer.webSocket) throw new Error('no socket')
    const link = new Link(answer.webSocket)
    link.hello()
    expect((await link.next('welcome')).connectorId).toBe(world.connector.id)
    expect(await stateOf(other)).toBe('created')
    link.close()
  })
})

describe('the hello', () => {
  test('makes the connector online, once in the sequence', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    expect(await link.next('welcome')).toMatchObject({ protocol: 1, connectorId: world.connector.id, name: 'Probe' })
    link.hello()
    await link.next('welcome', 2)
    expect(await showConnector(world.ctx, world.connector.id)).toMatchObject({
      state: 'online',
      version: '0.1.0',
      platform: 'linux',
      groups: ['read', 'approvals'],
      gateway: { connected: true, version: '2026.1.1', bootId: 'boot-1' },
    })
    const entries = await checkAuditLog(world.organizationId, [world.connector.token])
    expect(entries.map((entry) => entry.type)).toEqual(['connector.created', 'connector.online'])
    expect(entries[1]).toMatchObject({
      actor: { kind: 'connector', id: world.connector.id },
      target: world.connector.id,
    })
    link.close()
  })

  test('must come first', async () => {
    const world = await aWorld()
    const link = await Link.open(world.connector.token)
    link.tell(aRoster(aGatewayAgent('main')))
    expect((await link.closing()).code).toBe(4400)
    await eventually(async () =>
      expect(await typesOf(world.organizationId)).toEqual(['connector.created', 'connector.fault']),
    )
    await checkAuditLog(world.organizationId)
  })

  test('must come within ten seconds', async () => {
    const world = await aWorld()
    const link = await Link.open(world.connector.token)
    later(9_000)
    await runDurableObjectAlarm(world.connector.session)
    const second = await Link.open(world.connector.token)
    expect(link.closed).toBeNull()
    later(10_001 - 9_000)
    await runDurableObjectAlarm(world.connector.session)
    expect((await link.closing()).code).toBe(4400)
    expect(second.closed).toBeNull()
    later(9_000)
    await runDurableObjectAlarm(world.connector.session)
    expect((await second.closing()).code).toBe(4400)
    await eventually(async () =>
      expect(await typesOf(world.organizationId)).toEqual(['connector.created', 'connector.fault', 'connector.fault']),
    )
    await checkAuditLog(world.organizationId)
  })

  test('of a protocol that we do not speak is told so', async () => {
    const world = await aWorld()
    const link = await Link.open(world.connector.token)
    link.hello({ protocols: [7, 9] })
    expect((await link.closing()).code).toBe(4426)
    expect(await stateOf(world)).toBe('created')
  })

  test('of a newer socket replaces the older one, and the connector was never offline', async () => {
    const world = await aWorld()
    const older = await Link.welcome(world.connector.token)
    const newer = await Link.welcome(world.connector.token)
    expect((await older.closing()).code).toBe(4409)
    await newer.report(aRoster(aGatewayAgent('main')))
    expect(await typesOf(world.organizationId)).not.toContain('connector.offline')
    expect(await stateOf(world)).toBe('online')
    newer.close()
  })
})

describe('a frame that breaks the protocol', () => {
  const secret = 'content-that-nobody-may-keep'
  const frames: [string, unknown][] = [
    ['not JSON', `{${secret}`],
    ['binary', new TextEncoder().encode(secret).buffer],
    ['oversized', JSON.stringify({ kind: 'events', secret: 'x'.repeat(frameBytesMax) })],
    ['oversized in bytes', JSON.stringify({ kind: 'events', secret: '漢'.repeat(frameBytesMax / 2) })],
    ['of an unknown kind', { kind: secret }],
    [
      'an event of an unknown type',
      { kind: 'events', events: [{ n: 1, key: 'k', at: new Date().toISOString(), type: secret, payload: {} }] },
    ],
    [
      'an event with a wrong payload',
      {
        kind: 'events',
        events: [
          { n: 1, key: 'k', at: new Date().toISOString(), type: 'run.started', payload: { agent: 5, runId: secret } },
        ],
      },
    ],
    ['without events', { kind: 'events', events: [] }],
  ]
  test.each(frames)('%s: the socket is closed and an event tells it, without the content', async (_, frame) => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    link.send(frame)
    const { code, reason } = await link.closing()
    expect(code).toBe(4400)
    expect(reason).not.toContain(secret)
    await eventually(async () =>
      expect(await typesOf(world.organizationId)).toEqual([
        'connector.created',
        'connector.online',
        'connector.fault',
        'connector.offline',
      ]),
    )
    expect(await stateOf(world)).toBe('offline')
    const entries = await checkAuditLog(world.organizationId, [secret, '漢漢'])
    expect(entries[3]?.payload).toMatchObject({ cause: 'fault' })
  })

  test('is told by the path of its fault', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    link.send({ kind: 'result', id: 7, ok: true })
    expect((await link.closing()).reason).toContain('id')
    await eventually(async () => expect(await stateOf(world)).toBe('offline'))
    await checkAuditLog(world.organizationId)
  })
})

describe('going away', () => {
  test('a closed socket is offline, once', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    link.close()
    await eventually(async () => expect(await stateOf(world)).toBe('offline'))
    expect(await typesOf(world.organizationId)).toEqual(['connector.created', 'connector.online', 'connector.offline'])
    const [, , offline] = await checkAuditLog(world.organizationId)
    expect(offline?.payload).toMatchObject({ cause: 'closed' })
  })

  test('silence is offline when it has lasted, not before, and a heartbeat ends it', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    later(silenceMaxMs - 1_000)
    await runDurableObjectAlarm(world.connector.session)
    expect(await stateOf(world)).toBe('online')
    link.send({ kind: 'gateway', connected: true, version: null, bootId: null, detail: null })
    await link.report(aRoster(aGatewayAgent('main')))
    later(2_000)
    await runDurableObjectAlarm(world.connector.session)
    expect(await stateOf(world)).toBe('online')
    later(silenceMaxMs)
    await runDurableObjectAlarm(world.connector.session)
    expect(await stateOf(world)).toBe('offline')
    expect((await link.closing()).code).toBe(1013)
    const entries = await checkAuditLog(world.organizationId)
    expect(entries.filter((entry) => entry.type === 'connector.offline')).toMatchObject([
      { payload: { cause: 'silent' } },
    ])
  })

  test('heartbeats are answered without waking anything', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    link.send('ping')
    await eventually(async () => expect(link.raw).toContain('pong'))
    expect(link.closed).toBeNull()
    link.close()
  })

  test('a restart that lost the socket is found out', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    await evictDurableObject(world.connector.session, { webSockets: 'close' })
    await link.closing()
    later(silenceMaxMs + 1)
    await runDurableObjectAlarm(world.connector.session)
    await eventually(async () => expect(await stateOf(world)).toBe('offline'))
    const entries = await checkAuditLog(world.organizationId)
    expect(entries.filter((entry) => entry.type === 'connector.offline')).toHaveLength(1)
  })

  test('an evicted session goes on over the same socket', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    await evictDurableObject(world.connector.session)
    await link.report(aRoster(aGatewayAgent('main')))
    expect(link.closed).toBeNull()
    expect(await stateOf(world)).toBe('online')
    link.close()
  })
})

describe('what people do with a connector', () => {
  test('paused: hung up, refused at the door, and let in again when resumed', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    await pauseConnector(world.ctx, world.connector.id)
    expect((await link.closing()).code).toBe(4402)
    const refused = await Link.open(world.connector.token)
    expect((await refused.closing()).code).toBe(4402)
    expect(await stateOf(world)).toBe('paused')
    await pauseConnector(world.ctx, world.connector.id)
    expect((await resumeConnector(world.ctx, world.connector.id)).state).toBe('offline')
    await resumeConnector(world.ctx, world.connector.id)
    const back = await Link.welcome(world.connector.token)
    expect(await typesOf(world.organizationId)).toEqual([
      'connector.created',
      'connector.online',
      'connector.paused',
      'connector.resumed',
      'connector.online',
    ])
    await checkAuditLog(world.organizationId)
    back.close()
  })

  test('a hello that comes after the pause does not make it online', async () => {
    const world = await aWorld()
    const link = await Link.open(world.connector.token)
    await world.ctx.env.DB.prepare("UPDATE connectors SET state = 'paused' WHERE id = ?").bind(world.connector.id).run()
    link.hello()
    expect((await link.closing()).code).toBe(4402)
    expect(await stateOf(world)).toBe('paused')
  })

  test('a hello of a socket that came with a replaced token is refused', async () => {
    const world = await aWorld()
    const link = await Link.open(world.connector.token)
    await world.ctx.env.DB.prepare("UPDATE connectors SET token_digest = 'another' WHERE id = ?")
      .bind(world.connector.id)
      .run()
    link.hello()
    expect((await link.closing()).code).toBe(4427)
    expect(await stateOf(world)).toBe('created')
  })

  test('rotated: the old token and its socket end, the new token works', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    const { token, connector, command } = await rotateConnectorToken(world.ctx, world.connector.id)
    expect((await link.closing()).code).toBe(4427)
    expect(connector.state).toBe('offline')
    expect(command).toContain(token)
    expect((await dial(world.connector.token)).status).toBe(401)
    const back = await Link.welcome(token)
    await checkAuditLog(world.organizationId, [token, world.connector.token])
    back.close()
  })

  test('removed: hung up, and its token opens nothing', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    await link.report(aRoster(aGatewayAgent('main')))
    await removeConnector(world.ctx, world.connector.id)
    expect((await link.closing()).code).toBe(4403)
    expect((await dial(world.connector.token)).status).toBe(401)
    await runInDurableObject(world.connector.session, async (_: ConnectorSession, { storage }) => {
      expect(storage.sql.exec('SELECT name FROM alarms').toArray()).toEqual([])
      expect(await storage.getAlarm()).toBeNull()
    })
    await expect(removeConnector(world.ctx, world.connector.id)).rejects.toMatchObject({ code: 'not_found' })
    await checkAuditLog(world.organizationId)
  })

  test('sync asks the live connector, and says when there is none', async () => {
    const world = await aWorld()
    await expect(syncConnector(world.ctx, world.connector.id)).rejects.toMatchObject({ code: 'unavailable' })
    const link = await Link.welcome(world.connector.token)
    await syncConnector(world.ctx, world.connector.id)
    expect(await link.next('command')).toMatchObject({ command: 'gateway.sync' })
    link.close()
  })

  test('diagnostics are what the connector answers', async () => {
    const world = await aWorld()
    await expect(diagnoseConnector(world.ctx, world.connector.id)).rejects.toMatchObject({ code: 'unavailable' })
    const link = await Link.welcome(world.connector.token)
    const asked = diagnoseConnector(world.ctx, world.connector.id)
    const command = await link.next('command')
    const step = { name: 'gateway.auth', outcome: 'pass', durationMs: 1, detail: 'ok', remedy: null }
    link.send({ kind: 'result', id: command.id, ok: true, steps: [step] })
    expect((await asked).steps).toMatchObject([step])
    const again = diagnoseConnector(world.ctx, world.connector.id)
    await link.next('command', 2)
    link.close()
    await expect(again).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('diagnostics are told step by step while they run, then as a whole', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token)
    const stream = await streamDiagnostics(world.ctx, world.connector.id)
    const command = await link.next('command')
    expect(command).toMatchObject({ command: 'gateway.diagnose', params: { stepwise: true } })
    const aStep = (name: string) => ({ name, outcome: 'pass', durationMs: 1, detail: 'ok', remedy: null })
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
    const next = async () => JSON.parse(/data: (.*)/.exec((await reader.read()).value ?? '')?.[1] ?? 'null')
    for (const name of ['server.dns', 'server.tls']) {
      link.send({ kind: 'step', id: command.id, step: aStep(name) })
      expect(await next()).toMatchObject(aStep(name))
    }
    const steps = ['server.dns', 'server.tls', 'gateway.auth'].map(aStep)
    link.send({ kind: 'result', id: command.id, ok: true, steps })
    expect(await next()).toMatchObject({ steps })
    expect((await reader.read()).done).toBe(true)
    // Who leaves in the middle breaks nothing; a connector that leaves is told as such.
    const left = await streamDiagnostics(world.ctx, world.connector.id)
    const second = await link.next('command', 2)
    await left.cancel()
    link.send({ kind: 'step', id: second.id, step: aStep('server.dns') })
    const third = await streamDiagnostics(world.ctx, world.connector.id)
    await link.next('command', 3)
    link.close()
    expect(await new Response(third).text()).toMatch(/^event: problem\ndata: .*"code":"unavailable"/)
  })

  test('a gateway that comes and goes is seen at the connector', async () => {
    const world = await aWorld()
    const link = await Link.welcome(world.connector.token, {
      runtime: { ...aHello().runtime, connected: false, version: null, bootId: null },
    })
    expect((await showConnector(world.ctx, world.connector.id)).gateway.connected).toBe(false)
    link.send({ kind: 'gateway', connected: true, version: '9', bootId: 'b', detail: null })
    await eventually(async () =>
      expect((await showConnector(world.ctx, world.connector.id)).gateway).toMatchObject({
        connected: true,
        version: '9',
      }),
    )
    link.send({ kind: 'gateway', connected: false, version: null, bootId: null, detail: 'restarting' })
    await eventually(async () =>
      expect((await showConnector(world.ctx, world.connector.id)).gateway).toMatchObject({
        connected: false,
        version: '9',
        detail: 'restarting',
      }),
    )
    link.close()
  })
})

test('an object whose alarm failed tries again and does not forget the others', async () => {
  const world = await aWorld()
  const link = await Link.welcome(world.connector.token)
  later(silenceMaxMs + 1)
  await world.ctx.env.DB.prepare('ALTER TABLE connectors RENAME TO connectors_away').run()
  await runDurableObjectAlarm(world.connector.session)
  await world.ctx.env.DB.prepare('ALTER TABLE connectors_away RENAME TO connectors').run()
  expect(await stateOf(world)).toBe('online')
  later(6_000)
  await runDurableObjectAlarm(world.connector.session)
  expect(await stateOf(world)).toBe('offline')
  await link.closing()
  await checkAuditLog(world.organizationId)
  expect(env.DB).toBe(world.ctx.env.DB)
})
