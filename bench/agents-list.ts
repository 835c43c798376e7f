import { z } from 'zod'
import { startBare } from './support/bare.ts'
import { alternate, percentile, round, spread } from './support/figures.ts'
import { openLink, rosterOf } from './support/link.ts'
import { processorMs } from './support/processor.ts'
import { startProduct } from './support/product.ts'
import { atMost, figure, report } from './support/results.ts'

const rounds = 10
const requests = 400
const atOnce = 8

/**
 * Processor time of one authenticated list of 100 agents, against a bare Hono route that answers the same JSON: behind the
 * entry that the runtime's library puts before each Worker, and, as the product is reached, without it.
 */
export const agentsList = async (): Promise<void> => {
  const product = await startProduct()
  const bare = await startBare()
  const link = await openLink(product)
  await link.tell([rosterOf(100)], 1)
  const authorization = await product.client.authorization()
  const ours = `${product.url}/api/v1/agents?limit=100`
  const theirs = `${bare.url}/agents`
  const body = await (await fetch(ours, { headers: { authorization } })).text()
  const { items } = z.object({ items: z.array(z.unknown()) }).parse(JSON.parse(body))
  if (items.length !== 100) throw new Error(`${items.length} agents`)
  await fetch(theirs, { method: 'PUT', body })

  const costOf = async (url: string, pid: number, headers: Record<string, string>): Promise<number> => {
    const before = processorMs(pid)
    let left = requests
    const work = async () => {
      while (left-- > 0) {
        const answer = await fetch(url, { headers })
        if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
        await answer.arrayBuffer()
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    return (processorMs(pid) - before) / requests
  }
  const listed = () => costOf(ours, product.pid, { authorization })
  const answered = () => costOf(theirs, bare.pid, {})
  const answeredDirectly = () => costOf(`${bare.direct}/agents`, bare.pid, {})
  const costs: Record<'ours' | 'entry' | 'direct', number[]> = { ours: [], entry: [], direct: [] }
  const bareCosts = async () => {
    costs.entry.push(await answered())
    costs.direct.push(await answeredDirectly())
  }
  await listed()
  await bareCosts()
  for (const list of Object.values(costs)) list.length = 0
  await alternate(rounds, async () => void costs.ours.push(await listed()), bareCosts)
  const inAnswersOf = (way: 'entry' | 'direct') => round(percentile(costs.ours, 0.5) / percentile(costs[way], 0.5))
  const unit = 'ms of processor for each request'
  report(
    'agents-list',
    [
      atMost('processor time of a list of 100 agents, in bare answers', inAnswersOf('entry'), 'times', 4),
      figure('the same in bare answers without the entry', inAnswersOf('direct'), 'times'),
    ],
    {
      clawbutler: { ...spread(costs.ours), unit },
      bare: { ...spread(costs.entry), unit },
      'bare, without the entry': { ...spread(costs.direct), unit },
    },
  )
  await Promise.all([product.stop(), bare.stop()])
}
