import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { aReceiver } from '../../support/callback-receiver.ts'
import { testSecrets } from '../../support/test-secrets.ts'
import { startWorker } from '../../support/worker-in-node.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const Asked = z.object({ id: z.string(), state: z.string(), stateReason: z.string().nullable(), digest: z.string() })
const Told = z.object({
  type: z.string(),
  timestamp: z.string(),
  data: z.object({
    id: z.string(),
    state: z.string(),
    stateReason: z.string().nullable(),
    action: z.string(),
    digest: z.string(),
    decision: z.object({ outcome: z.string(), reason: z.string().nullable() }).nullable(),
  }),
})

let worker: Awaited<ReturnType<typeof startWorker>>
let receiver: Awaited<ReturnType<typeof aReceiver>>
let headers: Record<string, string>
let asked = 0

beforeAll(async () => {
  worker = await startWorker({ OUTBOUND_PRIVATE: 'allow' })
  receiver = await aReceiver(secret, {
    '/taken': { status: 204 },
    '/gone': { status: 410 },
    '/moved': { status: 302, location: '/taken' },
    '/later': { status: 503 },
  })
  const person = {
    token: testSecrets.SETUP_TOKEN,
    email: 'ada@example.test',
    password: 'correct horse battery staple',
    name: 'Ada',
    organizationName: 'Probe',
  }
  const json = { 'content-type': 'application/json' }
  const setUp = { method: 'POST', headers: json, body: JSON.stringify(person) }
  const answer = await fetch(`${worker.url}/api/v1/auth/setup`, setUp)
  const { accessToken } = z.object({ accessToken: z.string() }).parse(await answer.json())
  headers = { ...json, authorization: `Bearer ${accessToken}` }
}, 60_000)
afterAll(async () => {
  await worker.stop()
  await receiver.close()
})

const call = async (path: string, body?: unknown) => {
  asked += 1
  const answer = await fetch(`${worker.url}/api/v1${path}`, {
    headers: { ...headers, 'idempotency-key': `key-${asked}` },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return Asked.parse(await answer.json())
}
const ask = (path: string) =>
  call('/approvals', { action: 'deploy', title: 'Deploy', callback: { url: `${receiver.url}${path}`, secret } })
/** As it stands in the database: asking the API would itself be a delivery. */
const stored = (id: string) =>
  worker.database
    .prepare(
      'SELECT state, state_reason AS reason, (SELECT last_status FROM approval_callbacks WHERE approval_id = approvals.id) AS last FROM approvals WHERE id = ?',
    )
    .bind(id)
    .first()
const becomes = (id: string, expected: Record<string, string | null>) =>
  vi.waitFor(async () => expect(await stored(id)).toMatchObject(expected), { timeout: 20_000, interval: 50 })
const receivedAt = (path: string) => receiver.received.filter((each) => each.path === path)

// Separation of duty keeps people from deciding their own requests: withdrawing ends them as well, and a refusing rule.
const rule = (outcome: unknown) =>
  worker.database
    .prepare(
      `INSERT INTO rule_sets (organization_id, version, rules, note, changed_by_kind, changed_by_id, changed_by_name, changed_at)
       SELECT id, (SELECT count(*) + 1 FROM rule_sets), ?, '', 'member', '', '', 0 FROM organizations`,
    )
    .bind(
      JSON.stringify([
        {
          id: 'rul_00000000000000000000000000',
          name: 'All',
          description: '',
          enabled: true,
          mode: 'enforce',
          condition: 'true',
          outcome,
        },
      ]),
    )
    .run()

test('a decision is told by a signed POST, and any 2xx is the receipt', async () => {
  await rule({ kind: 'refuse', reason: 'never' })
  // What is answered at once to who asked is delivered by that; the callback still comes.
  const approval = await ask('/taken')
  await vi.waitFor(() => expect(receivedAt('/taken')).toHaveLength(1), 20_000)
  const [told] = receivedAt('/taken')
  expect(told).toMatchObject({ id: `${approval.id}.decided`, isGenuine: true })
  expect(Math.abs((told?.timestamp ?? 0) * 1_000 - Date.now())).toBeLessThan(60_000)
  expect(Told.parse(JSON.parse(told?.body ?? ''))).toMatchObject({
    type: 'approval.decided',
    data: {
      id: approval.id,
      state: 'decided',
      digest: approval.digest,
      decision: { outcome: 'reject', reason: 'never' },
    },
  })
  await becomes(approval.id, { state: 'delivered', reason: null, last: null })
})

test('what ends without a decision is told as well', async () => {
  await rule({
    kind: 'ask',
    ask: {
      groups: [{ roles: ['owner'], members: [], quorum: 1 }],
      separationOfDuty: true,
      passkey: false,
      grantable: true,
      expiresInMs: null,
      onExpiry: 'expire',
      escalate: null,
    },
  })
  const { id } = await ask('/taken')
  await call(`/approvals/${id}/withdraw`, {})
  await vi.waitFor(() => expect(receivedAt('/taken')).toHaveLength(2), 20_000)
  expect(Told.parse(JSON.parse(receivedAt('/taken')[1]?.body ?? ''))).toMatchObject({
    type: 'approval.expired',
    data: { id, state: 'expired', stateReason: 'withdrawn', decision: null },
  })
})

test('410 gives up, a redirect is not followed, and a failure is tried again under the same id', async () => {
  await rule({ kind: 'allow' })
  const [gone, moved, later] = [await ask('/gone'), await ask('/moved'), await ask('/later')]
  await vi.waitFor(() => expect(receivedAt('/gone')).toHaveLength(1), 20_000)
  await vi.waitFor(async () => expect(await stored(moved.id)).toMatchObject({ last: '302' }), 20_000)
  await vi.waitFor(async () => expect(await stored(later.id)).toMatchObject({ last: '503' }), 20_000)
  expect(receivedAt('/taken')).toHaveLength(2)
  await becomes(gone.id, { state: 'undeliverable', reason: 'callback_gone', last: null })
  receiver.answers['/later'] = { status: 200 }
  await vi.waitFor(() => expect(receivedAt('/later').length).toBeGreaterThan(1), { timeout: 20_000, interval: 100 })
  expect(new Set(receivedAt('/later').map((each) => each.id))).toEqual(new Set([`${later.id}.decided`]))
  await becomes(later.id, { state: 'delivered', last: null })
  expect(receiver.received.every((each) => each.isGenuine)).toBe(true)
})

test('no secret stands in the database', async () => {
  await ask('/later')
  const { results } = await worker.database.prepare('SELECT * FROM approval_callbacks').all()
  expect(JSON.stringify(results)).not.toContain(secret.slice(6))
})
