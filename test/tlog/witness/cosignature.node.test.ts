import { expect, test } from 'vitest'
import { formatVerifierKey, type Note, parseNote, parseVerifierKey, verifyNote } from '../../../tlog/note.ts'
import { cosign, cosignerKey, cosignersOf } from '../../../tlog/witness/cosignature.ts'
import { aCosigner, aLog, checkCosignature } from './cosigning.ts'

const noted = (text: string): Note => {
  const note = parseNote(text)
  if (!note) throw new Error('not a note')
  return note
}
const now = new Date(1_679_315_147_900)

test('a cosignature is what the specification says, by node:crypto alone', async () => {
  const witness = aCosigner('witness.example/w1')
  const checkpoint = aLog('log.example/1').checkpoint(5)
  const line = await cosign(noted(checkpoint).text, witness, now)
  expect(checkCosignature(checkpoint, line, formatVerifierKey(witness.key))).toBe(1_679_315_147)
  expect(parseVerifierKey(formatVerifierKey(witness.key))).toEqual(witness.key)
})

test('who cosigned is found among signatures of the log and of strangers, with the time', async () => {
  const [first, second, stranger] = [aCosigner('w.example/1'), aCosigner('w.example/2'), aCosigner('w.example/3')]
  const log = aLog('log.example/1')
  const { text } = noted(log.checkpoint(5))
  const lines = await Promise.all([first, second, stranger].map((witness) => cosign(text, witness, now)))
  const note = noted(log.checkpoint(5) + lines.join(''))
  const { cosigned, wrong } = await cosignersOf(note, [first.key, second.key, aCosigner('w.example/4').key])
  expect(cosigned.map(({ key, time }) => [key.name, time])).toEqual([
    ['w.example/1', 1_679_315_147],
    ['w.example/2', 1_679_315_147],
  ])
  expect(wrong).toEqual([])
  expect(await verifyNote(note, log.key)).toBe(true)
})

test('a cosignature counts for its own text, its own time and its own key alone', async () => {
  const witness = aCosigner('w.example/1')
  const log = aLog('log.example/1')
  const line = await cosign(noted(log.checkpoint(5)).text, witness, now)
  const other = noted(log.checkpoint(6) + line)
  expect(await cosignersOf(other, [witness.key])).toEqual({ cosigned: [], wrong: [witness.key] })
  const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64')
  bytes.writeBigUInt64BE(1n, 4)
  const moved = noted(`${log.checkpoint(5)}— w.example/1 ${bytes.toString('base64')}\n`)
  expect((await cosignersOf(moved, [witness.key])).wrong).toEqual([witness.key])
  bytes.writeBigUInt64BE(2n ** 63n, 4)
  const beyond = noted(`${log.checkpoint(5)}— w.example/1 ${bytes.toString('base64')}\n`)
  expect((await cosignersOf(beyond, [witness.key])).wrong).toEqual([witness.key])
})

test('one key is one witness, under however many names', async () => {
  const witness = aCosigner('w.example/1')
  const renamed = cosignerKey('w.example/2', witness.key.publicKey)
  const log = aLog('log.example/1')
  const { text } = noted(log.checkpoint(5))
  const lines = [await cosign(text, witness, now), await cosign(text, { ...witness, key: renamed }, now)]
  const { cosigned } = await cosignersOf(noted(log.checkpoint(5) + lines.join('')), [witness.key, renamed, witness.key])
  expect(cosigned).toHaveLength(1)
})

test('a log’s own signature is no cosignature', async () => {
  const log = aLog('log.example/1')
  expect(await cosignersOf(noted(log.checkpoint(5)), [log.key])).toEqual({ cosigned: [], wrong: [log.key] })
})
