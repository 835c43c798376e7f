import { env, evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { verifyExport } from '../../../tlog/export/verify.ts'
import { drainAudit, recordStatement } from '../../../worker/features/audit/index.ts'
import { exportLog } from '../../../worker/features/audit/log/export.ts'
import { MaskingPolicy } from '../../../worker/features/masking/contract.ts'
import { policyHeldMs } from '../../../worker/features/masking/rules-of.ts'
import { anEvent } from '../../support/audit-events.ts'
import { call, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const path = '/api/v1/audit'
const email = 'lin.wei@example.com'
const reason = 'asked for by the person'

const put = async (owner: Person, policy: object, version: number | null) =>
  call(`${path}/masking`, {
    method: 'PUT',
    body: policy,
    headers: { ...(await owner.authorization()), ...(version !== null && { 'if-match': `"${version}"` }) },
  })
const everything = { personal: ['email', 'phone'], fields: [], patterns: [], keepOriginals: true }

/** An organization that keeps originals, with an event that tells of somebody. */
const withOriginals = async (name = `mail ${email} now`) => {
  const owner = await anOrganization()
  expect((await put(owner, everything, 0)).status).toBe(200)
  await tell(owner, name)
  const entries = await checkAuditLog(owner.organizationId, [email])
  const told = entries.at(-1)
  const subject = /‹(email:[0-9a-z]{10})›/.exec(String(told?.payload.name))?.[1] ?? ''
  expect(subject).not.toBe('')
  return { owner, seq: told?.seq ?? 0, subject, headers: await owner.authorization() }
}
const tell = async ({ ctx, organizationId }: Person, name: string) => {
  // Later than whatever an isolate still holds of the policy.
  const later = new Date(Date.now() + policyHeldMs + 1)
  await recordStatement(ctx, 'organization.renamed', { name })
  await drainAudit({ ...ctx, now: () => later }, organizationId)
}
const exported = async ({ ctx }: Person) => {
  const reader = (await exportLog(ctx)).pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
  return text.split('\n')
}
async function* each(lines: string[]) {
  yield* lines
}
/** Each export above is an event, too. */
const withoutExports = async ({ organizationId }: Person) =>
  (await checkAuditLog(organizationId)).filter(({ type }) => type !== 'audit.exported')
const verified = async (owner: Person) => verifyExport(each(await exported(owner)), { trusted: [] })

test('what was masked can be read by those who may, and each reading is an event', async () => {
  const { owner, seq, subject, headers } = await withOriginals()
  const answer = await post(`${path}/events/${seq}/reveal`, { subject, reason }, headers)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({ seq, originals: [{ path: '/name', subject, value: email }] })
  const byPath = await post(`${path}/events/${seq}/reveal`, { path: '/name', reason }, headers)
  expect(byPath.status).toBe(200)
  const entries = await checkAuditLog(owner.organizationId, [email])
  expect(entries.slice(-2)).toMatchObject([
    { type: 'audit.revealed', payload: { seq, subjects: [subject], reason } },
    { type: 'audit.revealed', actor: { id: owner.userId } },
  ])
})

test('an original stands nowhere in clear, told twice it is kept once, and it outlives an eviction', async () => {
  const { owner, seq, subject, headers } = await withOriginals()
  const object = env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(owner.organizationId))
  const event = anEvent({ originals: [{ path: '/name', subject, value: email }] })
  await object.append([event])
  await object.append([event])
  const kept = () =>
    runInDurableObject(object, (_: AuditLog, state) =>
      ['originals', 'subjects', 'segments'].map((table) => state.storage.sql.exec(`SELECT * FROM ${table}`).toArray()),
    )
  const [originals, subjects] = await kept()
  expect([originals?.length, subjects?.length]).toEqual([2, 1])
  const bytes = (await kept()).flat().flatMap((row) => Object.values(row))
  for (const held of bytes)
    expect(held instanceof ArrayBuffer ? new TextDecoder().decode(held) : String(held)).not.toContain(email)
  await evictDurableObject(object)
  const answer = await post(`${path}/events/${seq}/reveal`, { subject, reason }, headers)
  expect(await answer.json()).toMatchObject({ originals: [{ value: email }] })
  await checkAuditLog(owner.organizationId, [email])
})

test('a reading is not kept for a repeated request: asked twice, it is told twice', async () => {
  const { owner, seq, subject, headers } = await withOriginals()
  for (const _ of [1, 2]) {
    const again = { ...headers, 'idempotency-key': 'reading-1' }
    expect((await post(`${path}/events/${seq}/reveal`, { subject, reason }, again)).status).toBe(200)
  }
  const told = (await checkAuditLog(owner.organizationId, [email])).filter(({ type }) => type === 'audit.revealed')
  expect(told).toHaveLength(2)
})

test('nothing is revealed, and nothing told, of what is not there', async () => {
  const { owner, seq, subject, headers } = await withOriginals()
  const other = await withOriginals()
  for (const [at, wanted, by] of [
    [seq, { subject: 'email:0000000000' }, headers],
    [seq, { path: '/nam' }, headers],
    [seq + 50, { subject }, headers],
    [seq, { subject }, other.headers],
  ] as const)
    expect((await post(`${path}/events/${at}/reveal`, { ...wanted, reason }, by)).status).toBe(404)
  const types = (await checkAuditLog(owner.organizationId)).map(({ type }) => type)
  expect(types).not.toContain('audit.revealed')
})

test('an erased subject is gone for good, in every event, and the log still proves all of it', async () => {
  const { owner, seq, subject, headers } = await withOriginals()
  await tell(owner, `${email} again`)
  const before = (await checkAuditLog(owner.organizationId)).map(({ leafHash }) => leafHash)
  const answer = await post(`${path}/subjects/${subject}/erase`, { reason }, headers)
  expect(answer.status).toBe(200)
  const erased = await answer.json<{ erasedAt: string }>()
  expect(erased).toMatchObject({ subject, events: 2 })
  for (const at of [seq, seq + 1])
    expect((await post(`${path}/events/${at}/reveal`, { subject, reason }, headers)).status).toBe(404)
  const entries = await checkAuditLog(owner.organizationId, [email])
  expect(entries.map(({ leafHash }) => leafHash).slice(0, before.length)).toEqual(before)
  expect(entries.at(-1)).toMatchObject({ type: 'audit.erased', payload: { subject, events: 2, seq: null, reason } })
  expect(await verified(owner)).toMatchObject({ ok: true, faults: [], erased: 0 })
  const again = await post(`${path}/subjects/${subject}/erase`, { reason }, headers)
  expect(await again.json()).toEqual(erased)
  expect(await withoutExports(owner)).toHaveLength(entries.length)
})

test('of an erased subject nothing is kept again', async () => {
  const { owner, seq, subject, headers } = await withOriginals()
  await post(`${path}/subjects/${subject}/erase`, { reason }, headers)
  await tell(owner, `${email} comes back`)
  const [last] = (await checkAuditLog(owner.organizationId, [email])).slice(-1)
  expect(last?.payload.name).toBe(`‹${subject}› comes back`)
  const answer = await post(`${path}/events/${last?.seq ?? seq}/reveal`, { subject, reason }, headers)
  expect(answer.status).toBe(404)
})

test('an erased event says nothing any more, cannot be found by what it said, and stays proven', async () => {
  const { owner, seq, subject, headers } = await withOriginals(`aardvark ${email}`)
  const answer = await post(`${path}/events/${seq}/erase`, { reason }, headers)
  expect(answer.status).toBe(200)
  const first = await answer.json()
  const entries = await checkAuditLog(owner.organizationId, [email, 'aardvark'])
  expect(entries[seq - 1]).toMatchObject({ seq, payload: {}, isErased: true, type: 'organization.renamed' })
  expect(entries.at(-1)).toMatchObject({ type: 'audit.erased', payload: { subject: null, seq, events: 1, reason } })
  const found = await call(`${path}/events?keyword=aardvark`, { headers })
  expect(await found.json()).toMatchObject({ items: [] })
  expect(await verified(owner)).toMatchObject({ ok: true, faults: [], erased: 1 })
  const line = (await exported(owner))[seq]
  expect(JSON.parse(line ?? '')).toMatchObject({ seq, payload: null, salt: null })
  expect(await auditLog(env, owner.organizationId).inclusion(seq, null)).toMatchObject({ seq })
  expect((await post(`${path}/events/${seq}/reveal`, { subject, reason }, headers)).status).toBe(404)
  expect(await (await post(`${path}/events/${seq}/erase`, { reason }, headers)).json()).toEqual(first)
  expect(await withoutExports(owner)).toHaveLength(entries.length)
})

test('who may not erase or reveal is refused, and another organization finds nothing', async () => {
  const { owner, seq, subject } = await withOriginals()
  const operator = await (await aMember(owner.organizationId, 'operator')).authorization()
  const auditor = await (await aMember(owner.organizationId, 'auditor')).authorization()
  const admin = await (await aMember(owner.organizationId, 'admin')).authorization()
  const stranger = await (await anOrganization()).authorization()
  const [bySubject, byEvent, reveal] = [`subjects/${subject}/erase`, `events/${seq}/erase`, `events/${seq}/reveal`]
  const status = async (to: string, body: object, headers: Record<string, string>) =>
    (await post(`${path}/${to}`, body, headers)).status
  expect(await status(bySubject, { reason }, operator)).toBe(403)
  expect(await status(byEvent, { reason }, auditor)).toBe(403)
  expect(await status(reveal, { subject, reason }, admin)).toBe(403)
  expect(await status(bySubject, { reason }, stranger)).toBe(404)
  expect(await status(`events/${seq + 900}/erase`, { reason }, stranger)).toBe(404)
  expect(await status(bySubject, { reason: '' }, admin)).toBe(422)
  expect(await status(bySubject, {}, admin)).toBe(422)
  expect(await status('subjects/nobody/erase', { reason }, admin)).toBe(422)
  expect(await status(reveal, { reason }, auditor)).toBe(422)
  expect(await status(reveal, { subject, reason }, auditor)).toBe(200)
})

test('without the policy saying so, no original is kept', async () => {
  const owner = await anOrganization()
  await tell(owner, `mail ${email} now`)
  const [told] = await checkAuditLog(owner.organizationId, [email])
  const answer = await post(
    `${path}/events/${told?.seq}/reveal`,
    { path: '/name', reason },
    await owner.authorization(),
  )
  expect(answer.status).toBe(404)
})

test('a policy is changed by those who may, at the version they have seen, and tells so', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const first = await call(`${path}/masking`, { headers })
  expect([first.status, first.headers.get('etag')]).toEqual([200, '"0"'])
  expect(MaskingPolicy.parse(await first.json()).keepOriginals).toBe(false)
  expect((await put(owner, everything, null)).status).toBe(428)
  expect((await put(owner, everything, 4)).status).toBe(412)
  const changed = await put(owner, everything, 0)
  expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"1"'])
  expect((await put(owner, everything, 0)).status).toBe(412)
  const operator = await aMember(owner.organizationId, 'operator')
  expect((await put(operator, everything, 1)).status).toBe(403)
  const entries = await checkAuditLog(owner.organizationId)
  expect(entries.filter(({ type }) => type === 'masking.changed')).toMatchObject([
    { payload: { version: 1, keepOriginals: true, personal: ['email', 'phone'] } },
  ])
})

test('a policy that cannot be used is refused with the path of each fault', async () => {
  const owner = await anOrganization()
  const policy = {
    ...everything,
    fields: [{ class: 'email', field: 'x' }],
    patterns: [
      { class: 'a', pattern: '(' },
      { class: 'b', pattern: '((\\w{1,40}){1,20}x){1,20}' },
      { class: 'c', pattern: '(?=x)' },
    ],
  }
  const answer = await put(owner, policy, 0)
  expect(answer.status).toBe(422)
  const { errors } = await answer.json<{ errors: { path: string }[] }>()
  expect(errors.map(({ path: at }) => at)).toEqual([
    'fields.0.class',
    'patterns.0.pattern',
    'patterns.1.pattern',
    'patterns.2.pattern',
  ])
})

test('a draft is tried before it is saved, and leaves nothing', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const policy = {
    ...everything,
    fields: [{ class: 'customer', field: 'customerName' }],
    patterns: [{ class: 'badge', pattern: '工号[A-Z]\\d{5}' }],
  }
  const text = `请联系 工号E12345 或 ${email}`
  const answer = await post(`${path}/masking/test`, { text, policy }, headers)
  expect(answer.status).toBe(200)
  const tried = await answer.json<{ text: string; findings: { class: string; start: number }[] }>()
  expect(tried.text).toMatch(/^请联系 ‹badge:\w{10}› 或 ‹email:\w{10}›$/)
  expect(tried.findings.map((finding) => [finding.class, finding.start])).toEqual([
    ['badge', 4],
    ['email', 15],
  ])
  const payload = { customerName: 'Lin', list: [{ CustomerName: 5 }] }
  const byField = await post(`${path}/masking/test`, { payload, policy }, headers)
  expect(JSON.stringify(await byField.json())).toMatch(/"customerName":"‹customer:\w{10}›".*"CustomerName":"‹customer/)
  const viewer = await aMember(owner.organizationId, 'auditor')
  expect((await post(`${path}/masking/test`, { text }, await viewer.authorization())).status).toBe(403)
  expect((await post(`${path}/masking/test`, { text, payload }, headers)).status).toBe(422)
})

test('the same value has one name in one organization and another elsewhere', async () => {
  const [one, other] = [await withOriginals(), await withOriginals(`${email.toUpperCase()} wrote`)]
  expect(one.subject).not.toBe(other.subject)
  await tell(one.owner, `also ${email.toUpperCase()}`)
  const [last] = (await checkAuditLog(one.owner.organizationId)).slice(-1)
  expect(last?.payload.name).toBe(`also ‹${one.subject}›`)
})
