import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { fromHex, toHex } from '../../cbpkg/bytes.ts'
import { chunkKeys } from '../../cbpkg/chunks.ts'
import { nativeHmac, portableHmac } from '../../cbpkg/digest.ts'
import { nativeGcm, portableGcm } from '../../cbpkg/gcm.ts'
import { deriveKey } from '../../cbpkg/key.ts'
import { readHeader } from '../../cbpkg/read.ts'
import { nativeScrypt, portableScrypt } from '../../cbpkg/scrypt.ts'
import { readAll } from './packages.ts'
import { vectors } from './vectors.ts'

const good = vectors.filter(({ refusal }) => !refusal)
const bad = vectors.filter(({ refusal }) => refusal)

test.each(good)('what another implementation wrote is opened: $name', async ({ passphrase, file, contents, keys }) => {
  const bytes = Buffer.from(file, 'base64')
  expect((await readAll(bytes, passphrase)).contents).toEqual(contents ?? {})
  const { header, preamble } = readHeader(bytes)
  const inputKey = await deriveKey(passphrase, header.kdf)
  const start = bytes.subarray(preamble.length)
  const { nonce, commitment } = await chunkKeys(inputKey, start.subarray(0, 24), preamble)
  expect(keys).toMatchObject({
    inputKey: toHex(inputKey),
    baseNonce: toHex(nonce),
    commitment: toHex(commitment),
  })
  expect(toHex(start.subarray(24, 56))).toBe(keys?.commitment)
})

test.each([nativeScrypt(), portableScrypt])('keys of both makers are those of RFC 7914', async (scrypt) => {
  const known = '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2'
  const utf8 = new TextEncoder()
  const key = await scrypt?.(utf8.encode('pleaseletmein'), utf8.encode('SodiumChloride'), 14)
  expect(toHex(key ?? new Uint8Array())).toBe(known)
  for (const { passphrase, file, keys } of good) {
    const { kdf } = readHeader(Buffer.from(file, 'base64')).header
    const bytes = utf8.encode(passphrase.normalize('NFC'))
    expect(toHex((await scrypt?.(bytes, fromHex(kdf.salt), kdf.logN)) ?? new Uint8Array())).toBe(keys?.inputKey)
  }
})

test('digests and chunks of both makers are the same, and each refuses what was altered', async () => {
  const native = nativeHmac()
  for (const size of [0, 1, 63, 64, 65, 20_000]) {
    const [key, content] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(size))]
    const digests = [native ?? portableHmac, portableHmac].map((maker) => {
      const digest = maker(key)
      digest.update(content.subarray(0, 7))
      digest.update(content.subarray(7))
      return digest.end()
    })
    expect(digests[0]).toBe(digests[1])
    const nonce = new Uint8Array(randomBytes(12))
    const makers = [nativeGcm(key) ?? (await portableGcm(key)), await portableGcm(key)]
    const sealed = await Promise.all(makers.map((maker) => maker.seal(nonce, content)))
    expect(sealed[0]).toEqual(sealed[1])
    const altered = sealed[0]?.slice() ?? new Uint8Array()
    altered[size] = (altered[size] ?? 0) ^ 1
    for (const maker of makers) {
      expect(await maker.open(nonce, sealed[0] ?? altered)).toEqual(content)
      expect(await maker.open(nonce, altered)).toBeNull()
    }
  }
})

test.each(bad)('what has to be refused is: $name', async ({ passphrase, file, refusal }) => {
  await expect(readAll(Buffer.from(file, 'base64'), passphrase)).rejects.toMatchObject({ kind: refusal })
})
