import { env } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import {
  AuditStream,
  CreatedStream,
  RotatedSecret,
  streamsMax,
} from '../../../../worker/features/audit/streams/contract.ts'
import { wakeStreams } from '../../../../worker/features/audit/streams/wake.ts'
import { anEvent } from '../../../support/audit-events.ts'
import { call, codeOf } from '../../../support/call.ts'
import { checkAuditLog } from '../../../support/check-audit-log.ts'
import { ocsfFaults } from '../../../support/check-ocsf.ts'
import { anOrganization, type Person } from '../../../support/organizations.ts'
import { aStreamReceiver, closeReceivers } from '../../../support/stream-receiver.ts'

const path = '/api/v1/audit/streams'
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const ask = async (person: Person, method: Method, at: string, body?: unknown, more: Record<string, string> = {}) =>
  call(`${path}${at}`, { method, body, headers: { ...(await person.authorization()), ...more } })
const create = async (person: Person, wanted: object) => {
  const answer = await ask(person, 'POST', '', wanted)
  expect(answer.status).toBe(201)
  return CreatedStream.parse(await answer.json())
}
const webhook = (url: string) => ({ name: 'SIEM', destination: { kind: 'webhook', url }, from: 'now' })
const streamEvents = async ({ organizationId }: Person, secrets: string[] = []) =>
  (await checkAuditLog(organizationId, secrets)).map(({ type }) => type).filter((type) => type.startsWith('stream.'))

afterEach(closeReceivers)

test('a stream is set up, changed, paused, resumed, replayed, tested, given a new secret and removed; each is an event', async () => {
  const owner = await anOrganization()
  const receiver = aStreamReceiver()
  const { stream, secret } = await create(owner, webhook(receiver.url))
  const at = `/${stream.id}`
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const shown = await ask(owner, 'GET', at)
  expect([shown.status, shown.headers.get('etag')]).toEqual([200, '"1"'])
  const changed = await ask(owner, 'PATCH', at, { name: 'Splunk', batchSize: 7 }, { 'if-match': '"1"' })
  expect(AuditStream.parse(await changed.json())).toMatchObject({ name: 'Splunk', batchSize: 7, version: 2 })
  for (const verb of ['pause', 'resume']) expect((await ask(owner, 'POST', `${at}/${verb}`)).status).toBe(200)
  expect((await ask(owner, 'POST', `${at}/replay`, { from: 'beginning' })).status).toBe(200)
  expect(await (await ask(owner, 'POST', `${at}/test`)).json()).toMatchObject({ ok: true, outcome: '200' })
  const rotated = RotatedSecret.parse(await (await ask(owner, 'POST', `${at}/rotate-secret`)).json())
  expect(rotated.secret).not.toBe(secret)
  expect((await ask(owner, 'GET', `${at}/deliveries`)).status).toBe(200)
  expect((await ask(owner, 'DELETE', at)).status).toBe(204)
  expect((await ask(owner, 'DELETE', at)).status).toBe(404)
  expect(await streamEvents(owner, [secret ?? '', rotated.secret])).toEqual([
    'stream.created',
    'stream.changed',
    'stream.paused',
    'stream.resumed',
    'stream.replayed',
    'stream.tested',
    'stream.secret-rotated',
    'stream.removed',
  ])
})

test('Splunk gets its events one after the other with its token, in OCSF that fits, each saying which came before', async () => {
  const owner = await anOrganization()
  const receiver = aStreamReceiver()
  await auditLog(env, owner.organizationId).append([anEvent(), anEvent(), anEvent()])
  const destination = { kind: 'splunk', url: receiver.url, token: 'hec-token-of-theirs' }
  const wanted = { name: 'HEC', destination, from: 'beginning', format: 'ocsf', filter: { type: 'connector.renamed' } }
  const { stream, secret } = await create(owner, wanted)
  expect(secret).toBeNull()
  await vi.waitFor(() => expect(receiver.posted).toHaveLength(1), 20_000)
  const [posted] = receiver.posted
  expect(posted?.headers.get('authorization')).toBe('Splunk hec-token-of-theirs')
  const events = (posted?.body ?? '').split('\n').map((line) => JSON.parse(line))
  expect(events.map(({ fields }) => [fields.seq, fields.previous_seq, fields.stream])).toEqual([
    ['1', undefined, stream.id],
    ['2', '1', stream.id],
    ['3', '2', stream.id],
  ])
  expect(events.flatMap(({ event }) => ocsfFaults(event))).toEqual([])
  expect(events.every(({ time, event }) => Math.abs(time * 1_000 - event.time) < 1)).toBe(true)
  await checkAuditLog(owner.organizationId, ['hec-token-of-theirs'])
})

test('anything else gets lines or an array with a header of its own; the ends of each body are in its headers', async () => {
  const owner = await anOrganization()
  const receiver = aStreamReceiver()
  await auditLog(env, owner.organizationId).append([anEvent(), anEvent()])
  const filter = { type: 'connector.renamed' }
  const to = (body: string, format: string) => ({
    name: body,
    destination: { kind: 'http', url: receiver.url, body, headerName: 'X-Api-Key', headerValue: 'key of theirs' },
    from: 'beginning',
    filter,
    format,
  })
  await create(owner, to('lines', 'clawbutler'))
  await create(owner, to('array', 'ocsf'))
  await vi.waitFor(() => expect(receiver.posted).toHaveLength(2), 20_000)
  for (const { headers, body } of receiver.posted) {
    expect(headers.get('x-api-key')).toBe('key of theirs')
    expect(['after', 'first', 'last'].map((name) => headers.get(`x-clawbutler-${name}`))).toEqual(['0', '1', '2'])
    const isLines = headers.get('content-type') === 'application/x-ndjson'
    const events = isLines
      ? body
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
      : JSON.parse(body)
    expect(events).toHaveLength(2)
    expect((isLines ? events[1].stream : events[1].unmapped.stream).previousSeq).toBe(1)
    if (!isLines) expect(events.flatMap(ocsfFaults)).toEqual([])
  }
})

test('what does not fit is refused with its path', async () => {
  const owner = await anOrganization()
  const receiver = aStreamReceiver()
  const refused = async (wanted: object) => {
    const answer = await ask(owner, 'POST', '', { ...webhook(receiver.url), ...wanted })
    const { code, errors } = await answer.json<{ code: string; errors?: { path: string }[] }>()
    return [code, errors?.[0]?.path]
  }
  const to = (destination: object) => ({ destination })
  expect(await refused(to({ kind: 'webhook', url: 'https://127.0.0.1/' }))).toEqual(['invalid', 'destination.url'])
  expect(await refused(to({ kind: 'webhook', url: 'http://siem.acme.dev/' }))).toEqual(['invalid', 'destination.url'])
  expect(await refused(to({ kind: 'webhook', url: 'https://a:b@siem.acme.dev/' }))).toEqual([
    'invalid',
    'destination.url',
  ])
  expect(await refused(to({ kind: 'ftp', url: receiver.url }))).toEqual(['invalid', 'destination.kind'])
  const http = { kind: 'http', url: receiver.url, headerValue: 'a' }
  expect(await refused(to({ ...http, headerName: 'Host' }))).toEqual(['invalid', 'destination.headerName'])
  expect(await refused(to({ ...http, headerValue: 'a\r\nx: y' }))).toEqual(['invalid', 'destination.headerValue'])
  expect(await refused({ from: 999 })).toEqual(['invalid', 'from'])
  expect(await refused({ batchSize: 501 })).toEqual(['invalid', 'batchSize'])
  expect(await refused({ filter: { keyword: 'a' } })).toEqual(['invalid', 'filter'])
  expect(await streamEvents(owner)).toEqual([])
})

test('a change needs the version it is made to, and another address needs the credential again', async () => {
  const owner = await anOrganization()
  const receiver = aStreamReceiver()
  const destination = { kind: 'splunk', url: receiver.url, token: 'first' }
  const { stream } = await create(owner, { name: 'HEC', destination })
  const change = async (body: object, version?: string) =>
    codeOf(await ask(owner, 'PATCH', `/${stream.id}`, body, version === undefined ? {} : { 'if-match': version }))
  expect(await change({ name: 'x' })).toBe('precondition_required')
  expect(await change({ name: 'x' }, '"7"')).toBe('precondition_failed')
  expect(await change({}, '"1"')).toBe('invalid')
  expect(await change({ headerValue: 'x' }, '"1"')).toBe('invalid')
  expect(await change({ url: 'https://mine.evil.dev/' }, '"1"')).toBe('invalid')
  expect(await change({ url: 'https://10.0.0.1/', token: 'x' }, '"1"')).toBe('invalid')
  const moved = { url: 'https://other.acme.dev/', token: 'second' }
  expect((await ask(owner, 'PATCH', `/${stream.id}`, moved, { 'if-match': '"1"' })).status).toBe(200)
  expect(await codeOf(await ask(owner, 'POST', `/${stream.id}/rotate-secret`))).toBe('invalid')
  expect(await streamEvents(owner, ['first', 'second'])).toEqual(['stream.created', 'stream.changed'])
})

test('a stream of another organization does not exist, and who may only read changes nothing', async () => {
  const [owner, other] = [await anOrganization(), await anOrganization()]
  const receiver = aStreamReceiver()
  const { stream } = await create(owner, webhook(receiver.url))
  const verbs = ['pause', 'resume', 'test', 'rotate-secret']
  const statuses = async (headers: Record<string, string>) => [
    (await call(`${path}/${stream.id}`, { headers })).status,
    (await call(`${path}/${stream.id}/deliveries`, { headers })).status,
    ...(await Promise.all(
      verbs.map(async (verb) => (await call(`${path}/${stream.id}/${verb}`, { method: 'POST', headers })).status),
    )),
    (await call(`${path}/${stream.id}/replay`, { method: 'POST', body: { from: 1 }, headers })).status,
    (await call(`${path}/${stream.id}`, { method: 'DELETE', headers })).status,
  ]
  expect(await statuses(await other.authorization())).toEqual(Array(8).fill(404))
  expect(await statuses(await owner.authorization('auditor'))).toEqual([200, 200, ...Array(6).fill(403)])
  expect((await call(path, { headers: await owner.authorization('viewer') })).status).toBe(403)
  expect(await (await ask(other, 'GET', '')).json()).toEqual({ items: [] })
  expect(await streamEvents(owner)).toEqual(['stream.created'])
})

test('an organization has only so many', async () => {
  const owner = await anOrganization()
  const receiver = aStreamReceiver()
  for (let count = 0; count < streamsMax; count += 1) await create(owner, webhook(receiver.url))
  expect(await codeOf(await ask(owner, 'POST', '', webhook(receiver.url)))).toBe('conflict')
  expect(await streamEvents(owner)).toHaveLength(streamsMax)
})

test('cron wakes what nobody else has woken', async () => {
  const owner = await anOrganization()
  const receiver = aStreamReceiver()
  const { stream } = await create(owner, webhook(receiver.url))
  await vi.waitFor(() => expect(receiver.posted.length).toBeGreaterThan(0), 20_000)
  await auditLog(env, owner.organizationId).unlisten(stream.id)
  const known = receiver.posted.length
  await auditLog(env, owner.organizationId).append([anEvent()])
  await wakeStreams(owner.ctx)
  await vi.waitFor(() => expect(receiver.posted).toHaveLength(known + 1), 20_000)
})
