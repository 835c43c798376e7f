import { describe, expect, test } from 'vitest'
import { toBase64 } from '../../../tlog/base64.ts'
import { formatCheckpoint } from '../../../tlog/checkpoint.ts'
import { addCheckpointBytesMax, formatAddCheckpoint, parseAddCheckpoint } from '../../../tlog/witness/add-checkpoint.ts'
import { readWitnessAnswer } from '../../../tlog/witness/answer.ts'
import { cosign } from '../../../tlog/witness/cosignature.ts'
import {
  isContradiction,
  nothingWitnessed,
  readSubmission,
  refusalAnswer,
  refusalOf,
  type Witnessed,
} from '../../../tlog/witness/judge.ts'
import { aPostQuantumLine } from '../../support/witness.ts'
import { aSigningKey } from '../signing-key.ts'
import { aCosigner, aLog, treeOf } from './cosigning.ts'

const origin = 'log.example/audit/org_1'
const bytes = (text: string) => new TextEncoder().encode(text)

/** What a witness that trusts the log and has cosigned `latest` says to a body: the status, and its refusal. */
const judged = async (body: string | Uint8Array, log: ReturnType<typeof aLog>, latest: Witnessed) => {
  const submission = await readSubmission(typeof body === 'string' ? bytes(body) : body, async (named) =>
    named === origin ? [log.key] : null,
  )
  if ('status' in submission) return { status: submission.status, contradicts: false }
  const refusal = refusalOf(submission, latest)
  return refusal
    ? { ...refusal, contradicts: isContradiction(submission, latest) }
    : { status: 200, contradicts: false }
}
const requestOf = (log: Pick<ReturnType<typeof aLog>, 'proof' | 'checkpoint'>, oldSize: number, size: number) =>
  formatAddCheckpoint({ oldSize, proof: log.proof(oldSize, size), checkpoint: log.checkpoint(size) })

describe('a witness', () => {
  const log = aLog(origin)
  const at = (size: number): Witnessed => (size === 0 ? nothingWitnessed() : { size, root: log.root(size) })

  test.each([
    [0, 0],
    [0, 1],
    [0, 300],
    [1, 2],
    [5, 5],
    [5, 300],
    [255, 256],
    [256, 300],
  ])('that has cosigned %i cosigns %i', async (from, to) => {
    expect((await judged(requestOf(log, from, to), log, at(from))).status).toBe(200)
  })

  test('says what it has cosigned last, in the form of the specification', async () => {
    const answer = await judged(requestOf(log, 3, 7), log, at(5))
    expect(answer).toMatchObject({ status: 409, size: 5, contradicts: false })
    expect(refusalAnswer({ status: 409, because: '', size: 5 })).toEqual({
      status: 409,
      type: 'text/x.tlog.size',
      body: '5\n',
    })
    expect(await judged(requestOf(log, 0, 3), log, at(5))).toMatchObject({ status: 409, size: 5 })
  })

  test('refuses another tree of the same size, and can prove whose doing that is', async () => {
    const other = treeOf(origin, log.sign, 2)
    expect(await judged(requestOf(other, 5, 5), log, at(5))).toMatchObject({ status: 422, contradicts: true })
    expect(await judged(requestOf(other, 0, 0), log, at(0))).toMatchObject({ status: 200 })
  })

  test('refuses an empty tree with the root of another one, and blames nobody', async () => {
    const text = formatCheckpoint({ origin, size: 0, root: log.root(1) })
    const checkpoint = `${text}\n${log.sign(text)}`
    const request = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint })
    expect(await judged(request, log, at(0))).toMatchObject({ status: 422, contradicts: false })
  })

  test('refuses a tree that does not continue the one it knows, and blames nobody', async () => {
    const other = treeOf(origin, log.sign, 2)
    expect(await judged(requestOf(other, 5, 9), log, at(5))).toMatchObject({ status: 422, contradicts: false })
    const without = formatAddCheckpoint({ oldSize: 5, proof: [], checkpoint: log.checkpoint(9) })
    expect((await judged(without, log, at(5))).status).toBe(422)
    const needless = formatAddCheckpoint({ oldSize: 0, proof: log.proof(5, 9), checkpoint: log.checkpoint(9) })
    expect((await judged(needless, log, at(0))).status).toBe(422)
    const stale = formatAddCheckpoint({ oldSize: 5, proof: log.proof(5, 9), checkpoint: log.checkpoint(5) })
    expect((await judged(stale, log, at(5))).status).toBe(422)
  })

  test('refuses an old size above the new one, an origin and a key that it does not know', async () => {
    const shrunk = formatAddCheckpoint({ oldSize: 9, proof: [], checkpoint: log.checkpoint(5) })
    expect((await judged(shrunk, log, at(9))).status).toBe(400)
    expect((await judged(requestOf(aLog('log.example/2'), 0, 5), log, at(0))).status).toBe(404)
    expect((await judged(requestOf(aLog(origin), 0, 5), log, at(0))).status).toBe(403)
  })

  test('passes over signatures of strangers, and refuses a note that one of two known keys did not sign', async () => {
    const stranger = aSigningKey('someone.example/else')
    const noted = log.checkpoint(5) + stranger.sign('whatever\n')
    const body = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: noted })
    expect((await judged(body, log, at(0))).status).toBe(200)
    // As many as every verifier has to accept on a note.
    const many = log.checkpoint(5) + Array.from({ length: 15 }, () => aPostQuantumLine(origin)).join('')
    const large = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: many })
    expect((await judged(large, log, at(0))).status).toBe(200)
    const second = aSigningKey(origin)
    const both = log.checkpoint(5) + second.sign('another text\n')
    const submission = await readSubmission(
      bytes(formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: both })),
      async () => [log.key, second.key],
    )
    expect(submission).toMatchObject({ status: 403 })
  })

  test('answers 400 to what is no request', async () => {
    const good = requestOf(log, 5, 9)
    const hash = toBase64(log.root(1))
    const wrong = [
      '',
      'old 5',
      good.replace('old 5', 'old 05'),
      good.replace('old 5', 'old -5'),
      good.replace('old 5', 'old  5'),
      good.replace('old 5', 'Old 5'),
      good.replace('old 5', 'old 5 '),
      good.replace('old 5', 'old 99999999999999999999'),
      good.replace('old 5\n', 'old 5\r\n'),
      good.replace('old 5\n', `old 5\n${hash.slice(0, -1)}\n`),
      good.replace('old 5\n', `old 5\n${hash.slice(4)}\n`),
      good.replace('old 5\n', `old 5\n${`${hash}\n`.repeat(64)}`),
      good.replace(`${origin}\n9`, `${origin}\n09`),
      good.slice(0, -1),
      `﻿${good}`,
    ]
    for (const body of wrong) expect([body, (await judged(body, log, at(5))).status]).toEqual([body, 400])
    expect((await judged(Uint8Array.of(0xff, 0xfe), log, at(0))).status).toBe(400)
    expect(parseAddCheckpoint(new Uint8Array(addCheckpointBytesMax + 1))).toBeNull()
    expect(parseAddCheckpoint(bytes(good))).toEqual({
      oldSize: 5,
      proof: log.proof(5, 9).map((hash) => new Uint8Array(hash)),
      checkpoint: log.checkpoint(9),
    })
  })
})

describe('a log reads in the answer', () => {
  const log = aLog(origin)
  const note = log.checkpoint(9)
  const [text = ''] = note.split(/(?<=\n)\n/)
  const witness = aCosigner('w.example/1')
  const read = (status: number, body: string, type = 'text/plain', oldSize = 5) =>
    readWitnessAnswer({ status, type, body }, { note, size: 9, oldSize, key: witness.key })

  test('the one line that it asked for, among others', async () => {
    const now = new Date(1_700_000_000_000)
    const [own, other] = [await cosign(text, witness, now), await cosign(text, aCosigner('w.example/2'), now)]
    expect(await read(200, other + own)).toEqual({ kind: 'cosigned', line: own, time: 1_700_000_000 })
    expect(await read(200, other)).toEqual({ kind: 'wrong-signature' })
    const others = Array.from({ length: 15 }, () => aPostQuantumLine('w.example/1')).join('')
    expect(await read(200, others + own)).toMatchObject({ kind: 'cosigned', line: own })
    expect(await read(200, others)).toEqual({ kind: 'wrong-signature' })
    expect(await read(200, await cosign('else\n', witness, now))).toEqual({ kind: 'wrong-signature' })
    for (const wrong of ['', 'ok\n', own.trim(), `${own}\n`, own.repeat(65)])
      expect(await read(200, wrong)).toEqual({ kind: 'wrong' })
  })

  test('a conflict, a contradiction, or that it is not known', async () => {
    expect(await read(409, '7\n', 'text/x.tlog.size')).toEqual({ kind: 'conflict', size: 7 })
    expect(await read(409, '9\n', 'text/x.tlog.size', 9)).toEqual({ kind: 'inconsistent' })
    expect(await read(409, '5\n', 'text/x.tlog.size')).toEqual({ kind: 'wrong' })
    expect(await read(409, '7\n', 'text/plain')).toEqual({ kind: 'wrong' })
    expect(await read(409, '07\n', 'text/x.tlog.size')).toEqual({ kind: 'wrong' })
    expect(await read(422, '')).toEqual({ kind: 'inconsistent' })
    expect(await read(404, '')).toEqual({ kind: 'unknown-log' })
    expect(await read(403, '')).toEqual({ kind: 'unknown-key' })
    expect(await read(301, '')).toEqual({ kind: 'wrong' })
  })
})
