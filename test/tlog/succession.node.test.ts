import { expect, test } from 'vitest'
import { formatVerifierKey, noteKey, signatureTypes } from '../../tlog/note.ts'
import { successionText, withSuccessors } from '../../tlog/succession.ts'
import { aSigningKey } from './signing-key.ts'

type Key = ReturnType<typeof aSigningKey>

const origin = 'example.test/audit/one'
const aKey = () => aSigningKey(origin)
const signed = ({ sign }: Key, text: string) => `${text}\n${sign(text)}`
const vouch = (by: Key, successor: Pick<Key, 'key'>) => signed(by, successionText(successor.key))
const foundFrom = async ({ key }: Key, successions: string[]) =>
  (await withSuccessors([key], successions)).map(formatVerifierKey)

test('a key is trusted through any chain of those before it, in whatever order they are told', async () => {
  const [a, b, c] = [aKey(), aKey(), aKey()]
  const vkeys = [a, b, c].map(({ key }) => formatVerifierKey(key))
  expect(await foundFrom(a, [vouch(b, c), vouch(a, b)])).toEqual(vkeys)
  expect(await foundFrom(b, [vouch(a, b), vouch(b, c)])).toEqual(vkeys.slice(1))
})

test('nobody vouches for a key of another log, for themselves alone, or with another text', async () => {
  const [a, b, other] = [aKey(), aKey(), aSigningKey('example.test/audit/two')]
  const witness = { key: noteKey(origin, signatureTypes.cosignature, aKey().key.publicKey) }
  const forged = [
    vouch(b, b),
    vouch(a, other),
    signed(a, successionText(b.key).replace('log-key/1', 'log-key/2')),
    signed(a, `${successionText(b.key)}more\n`),
    signed(a, `${origin}\n12\nAAAA\n`),
    vouch(a, b).replace(formatVerifierKey(b.key), formatVerifierKey(aKey().key)),
    vouch(a, witness),
    '',
    'no note\n',
  ]
  expect(await foundFrom(a, forged)).toEqual([formatVerifierKey(a.key)])
})
