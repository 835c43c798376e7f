import { expect, test } from 'vitest'
import { toHex } from '../../cbpkg/bytes.ts'
import { chunkKeys } from '../../cbpkg/chunks.ts'
import { deriveKey } from '../../cbpkg/key.ts'
import { readHeader } from '../../cbpkg/read.ts'
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

test.each(bad)('what has to be refused is: $name', async ({ passphrase, file, refusal }) => {
  await expect(readAll(Buffer.from(file, 'base64'), passphrase)).rejects.toMatchObject({ kind: refusal })
})
