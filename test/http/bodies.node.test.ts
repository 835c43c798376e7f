import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorker } from '../support/worker-in-node.ts'

let worker: Awaited<ReturnType<typeof startWorker>>
beforeAll(async () => {
  worker = await startWorker({})
}, 60_000)
afterAll(() => worker.stop())

const statusOf = async (path: string, init: RequestInit) =>
  (await fetch(`${worker.url}/api/v1${path}`, { method: 'POST', ...init })).status
const json = { 'content-type': 'application/json' }

test('a request without a body is none with a wrong one, over a real connection', async () => {
  expect(await statusOf('/organizations/leave', {})).toBe(401)
  expect(await statusOf('/auth/verify-email/send', {})).toBe(401)
  expect(await statusOf('/auth/logout', {})).toBe(204)
})

test('malformed, unfit, foreign and oversized bodies are told apart, and none is a fault of ours', async () => {
  expect(await statusOf('/auth/login', { headers: json, body: '{' })).toBe(400)
  expect(await statusOf('/auth/login', { headers: json, body: '{"email":1}' })).toBe(422)
  expect(await statusOf('/auth/login', { headers: json, body: 'null' })).toBe(422)
  expect(await statusOf('/auth/login', {})).toBe(422)
  expect(await statusOf('/auth/login', { headers: { 'content-type': 'text/plain' }, body: '{}' })).toBe(415)
  expect(await statusOf('/auth/login', { headers: json, body: `"${'a'.repeat(300_000)}"` })).toBe(413)
  expect(await statusOf('/organizations', { headers: { 'content-type': 'text/plain' }, body: '{}' })).toBe(415)
})

test('a body whose length nobody tells is counted', async () => {
  // What the types of the Worker do not know, and Node asks for.
  const half = { duplex: 'half' }
  const streamed = (text: string) =>
    statusOf('/auth/login', { headers: json, body: new Blob([text]).stream(), ...half })
  expect(await streamed(`"${'a'.repeat(300_000)}"`)).toBe(413)
  expect(await streamed('{"email":1}')).toBe(422)
})
