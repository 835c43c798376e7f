import { z } from 'zod'
import { Approval } from '../worker/features/approvals/contract.ts'
import { AuditEntry } from '../worker/features/audit/contract.ts'
import { Page } from '../worker/platform/contract.ts'
import { anotherMember } from './support/another-member.ts'
import { startBare } from './support/bare.ts'
import { alternate, percentile, round, spread } from './support/figures.ts'
import { processorMs } from './support/processor.ts'
import { type Product, startProduct } from './support/product.ts'
import { atLeast, atMost, figure, report } from './support/results.ts'

/** Until V8 has compiled what is hot, as in a server that has run for a minute. */
const warmUpRounds = 8
const rounds = 8
const inEachRound = 50
/** So many times as often as the bare routes: the slowest hundredth is twelve samples of each then. */
const oursInEachRound = 3
const atOnce = 16
const createsInEachRound = 500
const rateRounds = 9
const races = 10_000
const racesAtOnce = 16

type Who = () => Promise<string>
/** Sixteen clients whose token has got old sign in once. */
const oneAtATime = (who: Who): Who => {
  let asking: Promise<string> | null = null
  return () => {
    asking ??= who().finally(() => {
      asking = null
    })
    return asking
  }
}
const Created = z.object({ id: z.string(), digest: z.string() })

/** Of the bare worker, at one client: on the object that the product has as its database, and on the emulated D1. */
const bareRoutes = ['object/create', 'object/decide', 'object/read', 'object/write'].flatMap((route) => [
  route,
  route.replace('object', 'emulator'),
])

/**
 * Asking for an approval and deciding it over the API, at one client and at sixteen, and ten thousand races of opposite
 * decisions. Beside each figure what the platform takes by itself: bare routes that do as many reads and writes, on the
 * database object and on the emulated D1, one read, one write, and a route that does nothing.
 */
export const decide = async (): Promise<void> => {
  const product = await startProduct()
  const bare = await startBare()
  const requester = oneAtATime(() => product.client.authorization())
  const one = oneAtATime(await anotherMember(product, 'one'))
  const other = oneAtATime(await anotherMember(product, 'other'))
  let open: string[] = []
  const names = ['create', 'decide', ...bareRoutes, 'empty', 'empty, directly']
  const times: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  const costs: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  const timed = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now()
    const answer = await act()
    times[name]?.push(performance.now() - startedAt)
    return answer
  }
  /** So many in turn; the processor time that the server took for them says more than the clock on a busy machine. */
  const costed = async (name: string, pid: number, act: (index: number) => Promise<void>) => {
    const before = processorMs(pid)
    for (let index = 0; index < inEachRound; index++) await timed(name, () => act(index))
    costs[name]?.push((processorMs(pid) - before) / inEachRound)
  }
  const ours = async () => {
    for (let turn = 0; turn < oursInEachRound; turn += 1) {
      open = []
      await costed('create', product.pid, async () => void open.push(await create(product, requester)))
      await costed('decide', product.pid, (index) => mustDecide(product, one, open[index] ?? ''))
    }
  }
  const theirs = async () => {
    const ids = Array.from({ length: inEachRound }, () => crypto.randomUUID())
    for (const route of bareRoutes) {
      const [database, verb] = route.split('/')
      const idOf = (index: number) => (verb === 'write' ? `${ids[index]}-written` : ids[index])
      await costed(
        route,
        bare.pid,
        async (index) => void (await send(`${bare.direct}/${database}/${idOf(index)}/${verb}`)),
      )
    }
    await costed('empty', bare.pid, async () => void (await send(`${bare.url}/empty`)))
    await costed('empty, directly', bare.pid, async () => void (await send(`${bare.direct}/empty`)))
  }
  for (let round = 0; round < warmUpRounds; round++) {
    await ours()
    await theirs()
  }
  for (const list of [...Object.values(times), ...Object.values(costs)]) list.length = 0
  await alternate(rounds, ours, theirs)

  const acts: Record<string, () => Promise<unknown>> = {
    create: () => create(product, requester),
    'object/create': () => send(`${bare.direct}/object/${crypto.randomUUID()}/create`),
    'emulator/create': () => send(`${bare.direct}/emulator/${crypto.randomUUID()}/create`),
    'empty and signed in': () => whoAmI(product, requester),
    'empty, directly': () => send(`${bare.direct}/empty`),
    empty: () => send(`${bare.url}/empty`),
  }
  const rates: Record<string, number[]> = {}
  for (let turn = 0; turn < rateRounds; turn++)
    for (const [name, act] of Object.entries(acts)) rates[name] = [...(rates[name] ?? []), await rateOf(act)]
  const rate = (name: string) => round(percentile(rates[name] ?? [], 0.5), 0)
  const raced = await race(product, requester, one, other)

  const at = (name: string, share: number) => round(percentile(times[name] ?? [], share))
  const goals = [0.5, 0.99].flatMap((share) => {
    const [label, goal] = share === 0.5 ? ['p50', 5] : ['p99', 15]
    return ['create', 'decide'].flatMap((name) => [
      atMost(`${name}, ${label}`, at(name, share), 'ms', Number(goal)),
      figure(`a bare route with as many reads and writes as ${name}, ${label}`, at(`object/${name}`, share), 'ms'),
      figure(`the same on the emulated D1, ${label}`, at(`emulator/${name}`, share), 'ms'),
    ])
  })
  const cost = (name: string) => round(percentile(costs[name] ?? [], 0.5))
  report(
    'decide',
    [
      ...goals,
      ...['create', 'decide'].flatMap((name) => [
        figure(`processor time of ${name}`, cost(name), 'ms'),
        figure(`processor time of the bare route beside ${name}`, cost(`object/${name}`), 'ms'),
        figure(`the same on the emulated D1, beside ${name}`, cost(`emulator/${name}`), 'ms'),
      ]),
      ...['read', 'write'].flatMap((name) => [
        figure(`processor time of a route with one ${name}`, cost(`object/${name}`), 'ms'),
        figure(`processor time of a route with one ${name} on the emulated D1`, cost(`emulator/${name}`), 'ms'),
      ]),
      ...['empty', 'empty, directly'].flatMap((name) => [
        figure(`an ${nameOf(name)}, p50`, at(name, 0.5), 'ms'),
        figure(`processor time of an ${nameOf(name)}`, cost(name), 'ms'),
      ]),
      atLeast(`creates at ${atOnce} clients`, rate('create'), 'a second', 700),
      figure(`the bare route beside it at ${atOnce} clients`, rate('object/create'), 'a second'),
      figure('the same on the emulated D1', rate('emulator/create'), 'a second'),
      figure(`answers with nothing but who asks, at ${atOnce} clients`, rate('empty and signed in'), 'a second'),
      figure(`an empty route at ${atOnce} clients`, rate('empty, directly'), 'a second'),
      figure(`an empty route behind the library's entry at ${atOnce} clients`, rate('empty'), 'a second'),
      atMost(`races of ${races} without exactly one winner and one audit entry`, raced.wrong, 'races', 0),
      figure('opposite decisions', round(raced.rate, 0), 'a second'),
    ],
    {
      ...Object.fromEntries(Object.entries(times).map(([name, list]) => [name, { ...spread(list), unit: 'ms' }])),
      processor: Object.fromEntries(
        Object.entries(costs).map(([name, list]) => [name, { ...spread(list), unit: 'ms of processor each' }]),
      ),
    },
  )
  await Promise.all([product.stop(), bare.stop()])
}

const nameOf = (name: string) => (name === 'empty' ? "empty route behind the library's entry" : 'empty route')

const send = async (url: string, init: RequestInit = { method: 'POST' }): Promise<string> => {
  const answer = await fetch(url, init)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`)
  return text
}

/** The least that a signed-in caller can be answered. */
const whoAmI = async ({ url }: Product, who: Who): Promise<string> =>
  send(`${url}/api/v1/me/capabilities`, { headers: { authorization: await who() } })

const jsonHeaders = async (who: Who) => ({ authorization: await who(), 'content-type': 'application/json' })

const create = async ({ url }: Product, who: Who): Promise<string> => {
  const headers = { ...(await jsonHeaders(who)), 'idempotency-key': crypto.randomUUID() }
  const request = {
    ...{ action: 'deploy.release', title: 'Release the shop', command: 'make release VERSION=1.2.3', cwd: '/srv/shop' },
    ...{ impact: 'The shop runs the new version.', evidence: [{ label: 'Pull request', value: '#4711' }] },
  }
  const text = await send(`${url}/api/v1/approvals`, { method: 'POST', headers, body: JSON.stringify(request) })
  return Created.parse(JSON.parse(text)).id
}

const decideOne = async ({ url }: Product, who: Who, id: string, verb: 'approve' | 'reject') =>
  fetch(`${url}/api/v1/approvals/${id}/${verb}`, { method: 'POST', headers: await jsonHeaders(who), body: '{}' })

const mustDecide = async (product: Product, who: Who, id: string): Promise<void> => {
  const answer = await decideOne(product, who, id, 'approve')
  const text = await answer.text()
  if (!answer.ok) throw new Error(`approve: ${answer.status} ${text}`)
}

/** Acts a second, so many at once. */
const rateOf = async (act: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now()
  await inLanes(createsInEachRound, atOnce, act)
  return createsInEachRound / ((performance.now() - startedAt) / 1_000)
}

const inLanes = async (count: number, lanes: number, act: () => Promise<unknown>): Promise<void> => {
  let left = count
  const work = async () => {
    while (left-- > 0) await act()
  }
  await Promise.all(Array.from({ length: lanes }, work))
}

/** Two people decide the opposite at once, over and over; counts where that did not leave one winner and one entry. */
const race = async (product: Product, requester: Who, one: Who, other: Who) => {
  const winners = new Map<string, string>()
  let wrong = 0
  let decidingMs = 0
  const once = async () => {
    const id = await create(product, requester)
    const startedAt = performance.now()
    const answers = await Promise.all([decideOne(product, one, id, 'approve'), decideOne(product, other, id, 'reject')])
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    decidingMs += performance.now() - startedAt
    const won = answers.findIndex((answer) => answer.status === 200)
    if (
      answers
        .map(({ status }) => status)
        .sort()
        .join() !== '200,409'
    )
      wrong += 1
    else winners.set(id, Approval.parse(JSON.parse(bodies[won] ?? '')).decision?.outcome ?? '')
  }
  await inLanes(races, racesAtOnce, once)
  const entries = new Map<string, string[]>()
  let cursor: string | null = ''
  while (cursor !== null) {
    const path: string = `/audit/events?type=approval.decided&limit=200${cursor && `&cursor=${cursor}`}`
    const page: z.infer<typeof Entries> = await product.client.get(Entries, path)
    for (const { target, payload } of page.items)
      if (target !== null && winners.has(target))
        entries.set(target, [...(entries.get(target) ?? []), String(payload.outcome)])
    cursor = page.nextCursor
  }
  for (const [id, outcome] of winners) if (entries.get(id)?.join() !== outcome) wrong += 1
  return { wrong, rate: (2 * races) / (decidingMs / racesAtOnce / 1_000) }
}
const Entries = Page(AuditEntry)
