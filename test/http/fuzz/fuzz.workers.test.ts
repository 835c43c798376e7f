import { env, SELF } from 'cloudflare:test'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { configOf } from '../../../worker/config.ts'
import { idPrefixes } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { call, origin } from '../../support/call.ts'
import { type Operation, operationsOf } from '../../support/openapi/document.ts'
import { faultsOf, isFitting } from '../../support/openapi/judge.ts'
import { type Input, inputs, rightInputs } from './inputs.ts'
import { type Ids, prefixOf } from './values.ts'
import { aWorld, type World, withoutCapabilities } from './world.ts'

declare global {
  interface ImportMeta {
    /** What vitest hands in of the environment: names that begin with VITE_. */
    readonly env: Readonly<Record<string, string | undefined>>
  }
}

/** More of them, and others, by hand: `VITE_FUZZ_RUNS=20 VITE_FUZZ_SEED=7 vitest run --project workers test/http/fuzz`. */
const runs = Number(import.meta.env.VITE_FUZZ_RUNS ?? 1)
const seed = Number(import.meta.env.VITE_FUZZ_SEED ?? 1)
const sampled = { seed, numRuns: runs }
const patience = 120_000 + runs * 60_000

let operations: Operation[]
let world: World
let foreign: World
beforeAll(async () => {
  operations = await operationsOf(call)
  world = await aWorld(operations)
  foreign = await aWorld(operations)
}, 120_000)

/** From an address of its own: the tries of sign-ins are counted by it, and other tests have theirs. */
const from = { 'cf-connecting-ip': '203.0.113.78' }
const send = ({ method }: Operation, { path, headers, body }: Input, caller: Record<string, string>) =>
  SELF.fetch(`${origin}${path}`, { method, redirect: 'manual', headers: { ...from, ...caller, ...headers }, body })

/** What ends the caller's own membership or session; the rest of the walk needs both. */
const endsCaller =
  /^(?:DELETE .*\/auth\/sessions|POST .*\/organizations\/leave|(?:PATCH|DELETE) .*\/organizations\/members\/)/
const order = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const inOrder = () => operations.toSorted((a, b) => order.indexOf(a.method) - order.indexOf(b.method))

const told = (operation: Operation, { path, headers, body }: Input, faults: string[]) =>
  faults.map(
    (fault) => `${operation.name}: ${fault}\n  ${path}\n  ${JSON.stringify(headers)}\n  ${String(body).slice(0, 500)}`,
  )

test(
  'whatever is sent to an operation is answered as the document says, and never by a fault of ours',
  async () => {
    const faults: string[] = []
    for (const operation of inOrder().filter(({ name }) => !endsCaller.test(name))) {
      const many = [
        ...fc.sample(rightInputs(operation, world), sampled),
        ...fc.sample(inputs(operation, world), sampled),
      ]
      for (const input of many) {
        const answer = await send(operation, input, world.headers)
        const accepted = answer.ok && input.value !== undefined && !isFitting(operation, input.value)
        const unlike = await faultsOf(operation, answer)
        faults.push(...told(operation, input, accepted ? [...unlike, 'accepts what the document refuses'] : unlike))
      }
    }
    expect(faults).toEqual([])
  },
  patience,
)

const secured = () => operations.filter(({ security = [] }) => security.length > 0)
/** A request that fits, whose ids nobody has. */
const plain = (operation: Operation) => {
  const [input] = fc.sample(rightInputs(operation, { ...world, ids: new Map() }), { seed, numRuns: 1 })
  if (!input) throw new Error('no input')
  return input
}

test('whoever does not say who they are gets 401 wherever the document asks for a caller, and nowhere else', async () => {
  const answered = new Map<string, number>()
  for (const operation of operations) {
    const answer = await send(operation, plain(operation), {})
    const faults = await faultsOf(operation, answer)
    expect([operation.name, faults]).toEqual([operation.name, []])
    answered.set(operation.name, answer.status)
  }
  expect(secured().filter(({ name }) => answered.get(name) !== 401)).toEqual([])
  const open = operations.filter(({ security = [] }) => security.length === 0)
  const elsewhere = open.filter(({ path }) => !path.startsWith('/api/v1/auth/') && path !== '/api/v1/operator/mail')
  expect(elsewhere.map(({ name }) => name)).toEqual([])
}, 60_000)

test('a caller without capabilities gets 403 wherever the document names one, before anything else is looked at', async () => {
  const nobody = await withoutCapabilities(world, configOf(env))
  const others: string[] = []
  for (const operation of secured().filter(({ security = [] }) =>
    security.some(({ bearer = [] }) => bearer.length > 0),
  )) {
    const input = plain(operation)
    const answer = await send(operation, { ...input, body: input.body && '{' }, nobody)
    const faults = await faultsOf(operation, answer)
    if (answer.status !== 403 || faults.length > 0) others.push(`${operation.name} ${answer.status} ${faults.join()}`)
  }
  expect(others).toEqual([])
}, 60_000)

/** Ids that nobody has, as many as there are. */
const strange = (ids: Ids): Ids =>
  new Map(
    [...ids].map(([prefix, known]) => [
      prefix,
      known.map(() => newId(idPrefixes.find((each) => each === prefix) ?? 'org')),
    ]),
  )

test('the ids of another organization are answered like ids that nobody has, wherever one stands in a path', async () => {
  const unlike: string[] = []
  let compared = 0
  const swapped = (ids: Ids, prefix: string, other: Ids): Ids => new Map([...ids, [prefix, other.get(prefix) ?? []]])
  for (const operation of operations.filter(({ name }) => !endsCaller.test(name))) {
    for (const { schema } of operation.parameters.filter((each) => each.in === 'path')) {
      const prefix = prefixOf(schema)
      const theirs = prefix && foreign.ids.get(prefix)?.filter((id) => !world.ids.get(prefix)?.includes(id))
      if (!prefix || !theirs?.length) continue
      const none = strange(new Map([[prefix, theirs]]))
      const answers: string[] = []
      for (const other of [new Map([[prefix, theirs]]), none]) {
        const ids = swapped(world.ids, prefix, other)
        const [input] = fc.sample(rightInputs(operation, { ...world, ids }), { seed, numRuns: 1 })
        if (!input) continue
        const answer = await send(operation, input, world.headers)
        answers.push(anonymous(answer.status, await answer.text()))
      }
      compared++
      if (answers[0] !== answers[1] || !/^4\d\d/.test(answers[0] ?? ''))
        unlike.push(`${operation.name} ${answers.join(' | ')}`)
    }
  }
  expect(unlike).toEqual([])
  expect(compared).toBeGreaterThan(80)
}, 60_000)

/** An answer without what differs between any two: the request's own id, and the id that was asked for. */
const anonymous = (status: number, text: string): string =>
  `${status} ${text.replace(/"requestId":"[^"]*"/, '').replaceAll(/\b[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}\b/g, 'id')}`

test('what is not an address, or not a method of one, is a problem and never a page or a fault of ours', async () => {
  const wrong: string[] = []
  const look = async (method: string, path: string, statuses: number[]) => {
    const answer = await SELF.fetch(`${origin}${path}`, { method, redirect: 'manual', headers: world.headers })
    const type = answer.headers.get('content-type') ?? ''
    await answer.body?.cancel()
    const isProblem = answer.status < 400 || method === 'HEAD' || type.startsWith('application/problem+json')
    if (!statuses.includes(answer.status) || !isProblem) wrong.push(`${method} ${path} ${answer.status} ${type}`)
  }
  const paths = [...new Set(operations.map(({ path }) => path))]
  for (const [index, path] of paths.entries()) {
    const own = operations.filter((operation) => operation.path === path).map(({ method }) => method)
    const concrete = path.replaceAll(/\{\w+\}/g, 'x')
    const method = [...order, 'OPTIONS', 'PROPFIND'].filter((each) => !own.some((one) => one === each))
    // A method that another address of the same form takes is refused there for what it lacks.
    await look(method[index % method.length] ?? 'OPTIONS', concrete, [404, 405, 415, 422, 428])
  }
  const agents = '/api/v1/agents'
  for (const path of [`${agents}/`, '/api/v1//agents', '/api/V1/agents', '/api/v1/Agents', `${agents}/x/y/z`])
    await look('GET', path, [404, 422])
  for (const path of [
    '/api',
    '/api/',
    '/api/v1',
    '/api/v2/agents',
    '/api/v1/%',
    '/api/v1/%00',
    `/api/v1/${'a'.repeat(9_000)}`,
  ])
    await look('GET', path, [404])
  expect(wrong).toEqual([])
}, 60_000)

test('the document names each operation once, and its expressions are plain ones', async () => {
  const text = await (await call('/api/openapi.json')).text()
  const patterns = [...text.matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, quoted]) =>
    String(JSON.parse(quoted ?? '""')),
  )
  expect(patterns.length).toBeGreaterThan(500)
  for (const pattern of new Set(patterns)) expect(() => new RegExp(pattern, 'u')).not.toThrow()
  expect(patterns.filter((pattern) => /(?<!\\)\/[a-z]$/.test(pattern))).toEqual([])
  const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(operations.length)
})
