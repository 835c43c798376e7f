import { createHash, createPublicKey, verify } from 'node:crypto'
import canonicalize from 'canonicalize'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Approval, type DecisionOutcome } from '../../../worker/features/approvals/contract.ts'
import { ChallengeAnswer } from '../../../worker/features/approvals/decision/contract.ts'
import { fromBase64Url, toBase64Url } from '../../../worker/platform/secrets.ts'
import { aKeyOf, anApproval, askOf, storedApprovals } from '../../support/asked.ts'
import { codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'
import { aPasskey } from '../../support/software-authenticator.ts'

const site = { rpId: 'localhost', origin: 'http://localhost:8787' }
const Options = z.object({ options: z.object({ challenge: z.string() }) })
const signedAsk = askOf([{ roles: ['owner', 'admin'] }], { passkey: true })

const withPasskey = async (person: Person) => {
  const passkey = await aPasskey(site)
  const headers = await person.authorization()
  const asked = await post('/api/v1/auth/passkeys/register/options', undefined, headers)
  const response = await passkey.create(Options.parse(await asked.json()).options.challenge)
  const answer = await post('/api/v1/auth/passkeys/register', { name: 'Laptop', response }, headers)
  expect(answer.status).toBe(201)
  return passkey
}
const challenge = async (person: Pick<Person, 'authorization'>, id: string, outcome: DecisionOutcome = 'allow_once') =>
  post(`/api/v1/approvals/${id}/challenge`, { outcome }, await person.authorization())
const challengeOf = async (person: Person, id: string, outcome: DecisionOutcome = 'allow_once') => {
  const { options, signed } = ChallengeAnswer.parse(await (await challenge(person, id, outcome)).json())
  return { signed, challenge: z.string().parse(options.challenge), options }
}
const approve = async (person: Pick<Person, 'authorization'>, id: string, assertion?: object) =>
  post(`/api/v1/approvals/${id}/approve`, assertion ? { assertion } : {}, await person.authorization())
const becauseOf = async ({ organizationId }: Person) =>
  (await checkAuditLog(organizationId))
    .filter(({ type }) => type === 'approval.decision-refused')
    .map(({ payload }) => payload.because)

test('the challenge is the digest of what was shown, and asking twice asks the same', async () => {
  const owner = await anOrganization()
  const passkey = await withPasskey(owner)
  const { id, digest, expiresAt } = await anApproval(owner.ctx, { ask: signedAsk })
  const asked = await challengeOf(owner, id)
  expect(asked.signed).toEqual({
    v: 1,
    approvalId: id,
    digest,
    outcome: 'allow_once',
    ruleSetVersion: 3,
    expiresAt: new Date(expiresAt).toISOString(),
  })
  expect(asked.challenge).toBe(
    createHash('sha256')
      .update(canonicalize(asked.signed) ?? '')
      .digest('base64url'),
  )
  expect(asked.options).toMatchObject({
    rpId: 'localhost',
    userVerification: 'required',
    allowCredentials: [{ id: passkey.id }],
  })
  expect(await challengeOf(owner, id)).toEqual(asked)
  expect((await challengeOf(owner, id, 'reject')).challenge).not.toBe(asked.challenge)
})

test('allowing needs a signature, refusing never does', async () => {
  const owner = await anOrganization()
  await withPasskey(owner)
  const [first, second] = [
    await anApproval(owner.ctx, { ask: signedAsk }),
    await anApproval(owner.ctx, { ask: signedAsk }),
  ]
  const before = await storedApprovals(owner.ctx)
  const answer = await approve(owner, first.id)
  expect([answer.status, await codeOf(answer)]).toEqual([403, 'passkey_required'])
  const items = [{ id: first.id, outcome: 'allow_once' }]
  const batch = await (await post('/api/v1/approvals/batch', { items }, await owner.authorization())).json()
  expect(batch).toMatchObject({ failed: 1, items: [{ code: 'passkey_required' }] })
  expect(await storedApprovals(owner.ctx)).toEqual(before)
  expect(await becauseOf(owner)).toEqual(['passkey_required', 'passkey_required'])
  expect((await post(`/api/v1/approvals/${second.id}/reject`, {}, await owner.authorization())).status).toBe(200)
})

test('a signed decision can be verified later with nothing but what is stored', async () => {
  const owner = await anOrganization()
  const passkey = await withPasskey(owner)
  const { id, digest } = await anApproval(owner.ctx, { ask: signedAsk })
  const answer = await approve(owner, id, await passkey.get((await challengeOf(owner, id)).challenge))
  const approval = Approval.parse(await answer.json())
  expect(approval).toMatchObject({ state: 'decided', votes: [{ signed: true }] })
  const [, votes] = await storedApprovals(owner.ctx)
  const stored = votes.find(({ approvalId }) => approvalId === id)?.assertion
  if (!stored) throw new Error('no signature was stored')
  // From here on only what a stranger with a copy of the row has.
  const { assertion, credential, signed, origin, rpId } = JSON.parse(JSON.stringify(stored)) as typeof stored
  const canonical = canonicalize(signed) ?? ''
  expect(signed).toMatchObject({ approvalId: id, digest, outcome: 'allow_once' })
  expect(stored.challenge).toBe(createHash('sha256').update(canonical).digest('base64url'))
  const client = Buffer.from(assertion.response.clientDataJSON, 'base64url')
  expect(JSON.parse(client.toString())).toMatchObject({ type: 'webauthn.get', challenge: stored.challenge, origin })
  const authenticator = Buffer.from(assertion.response.authenticatorData, 'base64url')
  expect(authenticator.subarray(0, 32)).toEqual(createHash('sha256').update(rpId).digest())
  expect((authenticator[32] ?? 0) & 0x05).toBe(0x05)
  expect(credential.algorithm).toBe(-7)
  const cose = Buffer.from(fromBase64Url(credential.publicKey))
  const coordinate = (label: number) => cose.subarray(cose.indexOf(Buffer.from([label, 0x58, 32])) + 3).subarray(0, 32)
  const [x, y] = [coordinate(0x21), coordinate(0x22)].map((each) => toBase64Url(each))
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' })
  const over = Buffer.concat([authenticator, createHash('sha256').update(client).digest()])
  const signature = Buffer.from(assertion.response.signature, 'base64url')
  expect(verify('sha256', over, key, signature)).toBe(true)
  expect(verify('sha256', Buffer.concat([over, Buffer.from([0])]), key, signature)).toBe(false)
  expect((await checkAuditLog(owner.organizationId)).at(-1)).toMatchObject({
    type: 'approval.decided',
    payload: { signed: true },
  })
})

test('a signature over something else, by somebody else or by a forger decides nothing', async () => {
  const owner = await anOrganization()
  const admin = await aMember(owner.organizationId, 'admin')
  const [mine, theirs, forger] = [await withPasskey(owner), await withPasskey(admin), await aPasskey(site)]
  const { id } = await anApproval(owner.ctx, { ask: signedAsk })
  const other = await anApproval(owner.ctx, { ask: signedAsk })
  const right = (await challengeOf(owner, id)).challenge
  const before = await storedApprovals(owner.ctx)
  const forged = await forger.get(right)
  const wrong = [
    await mine.get((await challengeOf(owner, id, 'reject')).challenge),
    await mine.get((await challengeOf(owner, other.id)).challenge),
    await theirs.get(right),
    { ...forged, id: mine.id, rawId: mine.id },
    forged,
    { ...(await mine.get(right)), id: '???' },
  ]
  for (const assertion of wrong) expect(await codeOf(await approve(owner, id, assertion))).toBe('passkey_required')
  const key = await aKeyOf(owner)
  expect(await codeOf(await approve(key, id, await mine.get(right)))).toBe('passkey_required')
  expect(await codeOf(await challenge(key, id))).toBe('passkey_required')
  expect(await storedApprovals(owner.ctx)).toEqual(before)
  expect(await becauseOf(owner)).toEqual(Array(7).fill('signature_refused'))
  expect((await approve(owner, id, await mine.get(right))).status).toBe(200)
})

test('a signature that was used says no more the second time', async () => {
  const owner = await anOrganization()
  const passkey = await withPasskey(owner)
  const ask = askOf([{ roles: ['owner', 'admin'], quorum: 2 }], { passkey: true })
  const { id } = await anApproval(owner.ctx, { ask })
  const assertion = await passkey.get((await challengeOf(owner, id)).challenge)
  expect((await approve(owner, id, assertion)).status).toBe(200)
  expect(await codeOf(await approve(owner, id, assertion))).toBe('conflict')
})

test('without a passkey there is nothing to sign with, and elsewhere nothing to sign', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const { id } = await anApproval(owner.ctx, { ask: signedAsk })
  expect(await codeOf(await challenge(owner, id))).toBe('passkey_required')
  await withPasskey(stranger)
  expect((await challenge(stranger, id)).status).toBe(404)
  const viewer = await aMember(owner.organizationId, 'viewer')
  expect((await challenge(viewer, id)).status).toBe(403)
})
