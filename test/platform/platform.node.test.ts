import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { configOf } from '../../worker/config.ts'
import { capabilitiesOf, capabilityTable, roles } from '../../worker/platform/access/contract.ts'
import { Problem, problemCodes } from '../../worker/platform/contract.ts'
import { AppError, notFound } from '../../worker/platform/errors.ts'
import { fromCursor, pageOf, toCursor } from '../../worker/platform/page.ts'
import { seal, unseal } from '../../worker/platform/seal.ts'
import { digestOf, fromBase64Url, randomToken, sameSecret, toBase64Url } from '../../worker/platform/secrets.ts'
import { testSecrets } from '../support/test-secrets.ts'

const key = (id: string) => ({ id, key: randomToken() })
const configWith = (...keys: { id: string; key: string }[]) =>
  configOf({ ...testSecrets, ENCRYPTION_KEYS: JSON.stringify(keys) })

describe('a cursor', () => {
  test('comes back as what it was made of', () => {
    for (const made of ['apr_1', 42, ['a', 1], { at: 'ärger 漢' }])
      expect(fromCursor(z.unknown(), toCursor(made))).toEqual(made)
    expect(fromCursor(z.string(), undefined)).toBeUndefined()
    expect(toCursor('~~~???')).toMatch(/^[\w-]+$/)
  })

  test('of another list, or of nobody, is refused', () => {
    for (const cursor of ['', '!', 'bm9uc2Vuc2U', toCursor(5), toCursor(null), 'ä'])
      expect(() => fromCursor(z.string(), cursor)).toThrow(AppError)
  })

  test('is there only when there is more', () => {
    const keyOf = (row: number) => row
    expect(pageOf([], 2, keyOf)).toEqual({ items: [], nextCursor: null })
    expect(pageOf([1, 2], 2, keyOf)).toEqual({ items: [1, 2], nextCursor: null })
    expect(pageOf([1, 2, 3], 2, keyOf)).toEqual({ items: [1, 2], nextCursor: toCursor(2) })
  })
})

describe('a sealed secret', () => {
  const secret = 'a tenant’s secret'

  test('opens under its purpose, and twice sealed never looks the same', async () => {
    const config = configWith(key('k1'))
    const [one, two] = [await seal(config, 'row', secret), await seal(config, 'row', secret)]
    expect(one).not.toBe(two)
    expect(one).not.toContain(secret)
    expect([await unseal(config, 'row', one), await unseal(config, 'row', two)]).toEqual([secret, secret])
    expect(await unseal(config, '', await seal(config, '', ''))).toBe('')
  })

  test('does not open in another row, under another key, or changed by a single letter', async () => {
    const config = configWith(key('k1'))
    const sealed = await seal(config, 'row 1', secret)
    await expect(unseal(config, 'row 2', sealed)).rejects.toThrow()
    await expect(unseal(configWith(key('k1')), 'row 1', sealed)).rejects.toThrow()
    await expect(unseal(configWith(key('k2')), 'row 1', sealed)).rejects.toThrow('no known key')
    const at = sealed.length - 5
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
    await expect(unseal(config, 'row 1', changed)).rejects.toThrow()
    for (const nonsense of ['', 'k1', 'k1.', 'k1..', 'k1.AAAA.', '..'])
      await expect(unseal(config, 'row 1', nonsense)).rejects.toThrow()
  })

  test('opens after the keys were rotated, and new ones use the newest key', async () => {
    const [old, fresh] = [key('old'), key('new')]
    const sealed = await seal(configWith(old), 'row', secret)
    const rotated = configWith(fresh, old)
    expect(await unseal(rotated, 'row', sealed)).toBe(secret)
    expect(await seal(rotated, 'row', secret)).toMatch(/^new\./)
  })
})

describe('secrets', () => {
  test('are 256 bits of base64url and never the same', () => {
    const tokens = Array.from({ length: 200 }, randomToken)
    expect(new Set(tokens).size).toBe(200)
    for (const token of tokens) expect(fromBase64Url(token)).toHaveLength(32)
  })

  test('base64url comes back byte for byte', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 37 + length) % 256)
      const text = toBase64Url(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64url'))
      expect(fromBase64Url(text)).toEqual(bytes)
    }
  })

  test('are compared by content, and kept as a digest', () => {
    expect(sameSecret('a', 'a')).toBe(true)
    for (const other of ['', 'b', 'A', 'aa', 'a ']) expect(sameSecret('a', other)).toBe(false)
    expect(digestOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe('the configuration', () => {
  test('has defaults for all but the secrets', () => {
    expect(configOf({ ...testSecrets, PUBLIC_URL: 'https://butler.example.test/' })).toMatchObject({
      publicUrl: 'https://butler.example.test',
      registration: 'open',
      github: null,
      google: null,
    })
  })

  test.each([
    ['no signing keys', { SIGNING_KEYS: undefined }],
    ['an empty list of signing keys', { SIGNING_KEYS: '[]' }],
    ['signing keys that are not JSON', { SIGNING_KEYS: '{' }],
    ['a signing key of another kind', { SIGNING_KEYS: '[{"kty":"RSA","kid":"1"}]' }],
    ['no encryption keys', { ENCRYPTION_KEYS: '[]' }],
    ['a short encryption key', { ENCRYPTION_KEYS: '[{"id":"k","key":"short"}]' }],
    [
      'a key id that could be taken for something else',
      { ENCRYPTION_KEYS: `[{"id":"a.b","key":"${'A'.repeat(43)}"}]` },
    ],
    ['a short setup token', { SETUP_TOKEN: 'short' }],
    ['an address that is none', { PUBLIC_URL: 'butler' }],
    ['a kind of registration that does not exist', { REGISTRATION: 'sometimes' }],
  ])('with %s is refused', (_, wrong) => {
    expect(() => configOf({ ...testSecrets, ...wrong })).toThrow()
  })

  test('that is refused tells no secret', () => {
    const secret = 'very-secret-and-too'
    try {
      configOf({ ...testSecrets, SETUP_TOKEN: secret, ENCRYPTION_KEYS: `[{"id":"k","key":"${secret}"}]` })
      expect.unreachable()
    } catch (error) {
      expect(String(error)).not.toContain(secret)
    }
  })

  test('is parsed once for each environment', () => {
    const environment = { ...testSecrets }
    expect(configOf(environment)).toBe(configOf(environment))
  })
})

describe('a problem', () => {
  test('fits its contract for every code', () => {
    for (const code of problemCodes) {
      const error = new AppError(code, 'A sentence.', { errors: [{ path: 'a', message: 'b' }], context: { c: 1 } })
      const problem = Problem.parse(error.toProblem('request-1'))
      expect(problem).toMatchObject({ type: `urn:clawbutler:problem:${code}`, code, requestId: 'request-1' })
      expect(problem.status).toBe(error.status)
      expect(problem.status).toBeGreaterThanOrEqual(400)
    }
  })

  test('of what may not be seen names nothing but its kind', () => {
    expect(notFound('Approval').toProblem('r')).toEqual({
      type: 'urn:clawbutler:problem:not_found',
      title: 'not found',
      status: 404,
      code: 'not_found',
      detail: 'Approval not found.',
      requestId: 'r',
    })
  })
})

test('an owner may everything, and nobody more than an owner', () => {
  const everything = new Set<string>(Object.keys(capabilityTable))
  expect(new Set<string>(capabilitiesOf('owner'))).toEqual(everything)
  for (const role of roles) for (const capability of capabilitiesOf(role)) expect(everything).toContain(capability)
  expect(capabilitiesOf('viewer')).not.toContain('approvals.decide')
  expect(capabilitiesOf('approver')).toContain('approvals.decide')
  expect(capabilitiesOf('approver')).not.toContain('connectors.write')
})
