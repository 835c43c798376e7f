import { z } from 'zod'
import { Approval } from '../worker/features/approvals/contract.ts'
import { AuditEntry } from '../worker/features/audit/contract.ts'
import { Page } from '../worker/platform/contract.ts'
import { anotherMember } from './support/another-member.ts'
import { startBare } from './support/bare.ts'
import { alternate, percentile, round, spread } from './support/figures.ts'
import { type Product, startProduct } from './support/product.ts'
import { atLeast, atMost, figure, report } from './support/results.ts'

const rounds = 10
const inEachRound = 60
const atOnce = 16
const createsInEachRound = 800
const races = 10_000
const racesAtOnce = 16

type Who = () => Promise<string>
const Created = z.object({ id: z.string(), digest: z.string() })

/**
 * Asking for an approval and deciding it over the API, at one client and at sixteen, and ten thousand races of opposite
 * decisions. Beside each figure what the emulated platform takes by itself: a bare route that does the same number of
 * reads and writes, and one that does nothing.
 */
export const decide = async (): Promise<void> => {
  const product = await startProduct()
  const bare = await startBare()
  const requester: Who = () => product.client.authorization()
  const [one, other] = [await anotherMember(product, 'one'), await anotherMember(product, 'other')]
  let open: string[] = []
  const times = { create: [], decide: [], bareCreate: [], bareDecide: [], empty: [] } as Record<string, number[]>
  const timed = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now()
    const answer = await act()
    times[name]?.push(performance.now() - startedAt)
    return answer
  }
  const ours = async () => {
    open = []
    for (let index = 0; index < inEachRound; index++) open.push(await timed('create', () => create(product, requester)))
    for (const id of open) await timed('decide', () => mustDecide(product, one, id))
  }
  const theirs = async () => {
    for (let index = 0; index < inEachRound; index++) {
      const id = crypto.randomUUID()
      await timed('bareCreate', () => send(`${bare.url}/approvals/${id}/create`))
      await timed('bareDecide', () => send(`${bare.url}/approvals/${id}/decide`))
      await timed('empty', () => send(`${bare.url}/empty`))
    }
  }
  await ours()
  await theirs()
  for (const list of Object.values(times)) list.length = 0
  await alternate(rounds, ours, theirs)

  const rates = { ours: [] as number[], bare: [] as number[] }
  await alternate(
    4,
    async () => void rates.ours.push(await rateOf(() => create(product, requester))),
    async () => void rates.bare.push(await rateOf(() => send(`${bare.url}/approvals/${crypto.randomUUID()}/create`))),
  )
  const raced = await race(product, requester, one, other)

  const at = (name: string, share: number) => round(percentile(times[name] ?? [], share))
  const goals = [0.5, 0.99].flatMap((share) => {
    const [label, goal] = share === 0.5 ? ['p50', 5] : ['p99', 15]
    return ['create', 'decide'].flatMap((name) => {
      const ownBare = name === 'create' ? 'bareCreate' : 'bareDecide'
      return [
        atMost(`${name}, ${label}`, at(name, share), 'ms', Number(goal)),
        figure(`of which the emulator, ${label}: a bare route with as many reads and writes`, at(ownBare, share), 'ms'),
      ]
    })
  })
  report(
    'decide',
    [
      ...goals,
      figure('an empty route, p50', at('empty', 0.5), 'ms'),
      atLeast(`creates at ${atOnce} clients`, round(percentile(rates.ours, 0.5), 0), 'a second', 700),
      figure('of the bare route', round(percentile(rates.bare, 0.5), 0), 'a second'),
      atMost(`races of ${races} without exactly one winner and one audit entry`, raced.wrong, 'races', 0),
      figure('opposite decisions', round(raced.rate, 0), 'a second'),
    ],
    Object.fromEntries(Object.entries(times).map(([name, list]) => [name, { ...spread(list), unit: 'ms' }])),
  )
  await Promise.all([product.stop(), bare.stop()])
}

const send = async (url: string, init: RequestInit = { method: 'POST' }): Promise<string> => {
  const answer = await fetch(url, init)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`)
  return text
}

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
