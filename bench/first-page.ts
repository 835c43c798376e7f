import { z } from 'zod'
import { Agent } from '../worker/features/agents/contract.ts'
import { AuditEntry } from '../worker/features/audit/contract.ts'
import type { ConnectorEvent } from '../worker/features/connectors/link/events/contract.ts'
import { DashboardOverview } from '../worker/features/dashboard/contract.ts'
import { Page } from '../worker/platform/contract.ts'
import { percentile, round, spread } from './support/figures.ts'
import { openLink, rosterOf, toolEvents } from './support/link.ts'
import { startProduct } from './support/product.ts'
import { atMost, figure, report } from './support/results.ts'

const events = 1_000_000
const atOnce = 10_000
const inFrame = 100
const agents = 50
const turns = 8
const titles = [
  'Exec git status --short',
  '部署 到 生产环境',
  'Read /srv/app/config.json',
  'Web search invoice 4711',
  '审批 退款',
]

/**
 * What an organization with a million events sees first, asked for over the API as a browser asks: a page of the audit by
 * filters of every kind, and the overview, which everyone has open.
 */
export const firstPage = async (): Promise<void> => {
  const product = await startProduct()
  const link = await openLink(product)
  await link.tell([rosterOf(agents)], 1)
  for (let told = 0; told < events; told += atOnce) await link.tell(toolEvents(atOnce).map(mixed), inFrame)
  const [agent] = (await product.client.get(Page(Agent), '/agents?limit=1')).items
  const filters: Record<string, Record<string, string>> = {
    nothing: {},
    'oldest first': { order: 'oldest' },
    agent: { agentId: agent?.id ?? '' },
    type: { type: 'tool.started' },
    'type that is rare': { type: 'connector.' },
    'risk, agent': { risk: 'low', agentId: agent?.id ?? '' },
    'Latin word': { keyword: 'invoice' },
    'Chinese word': { keyword: '生产环境' },
    path: { keyword: '/srv/app/config.json' },
    'identifier of one event': { keyword: 'call_500000' },
    'word, agent': { keyword: '退款', agentId: agent?.id ?? '' },
    'what nothing has': { keyword: 'invoice 退款', agentId: agent?.id ?? '' },
  }
  const all: number[] = []
  const each: Record<string, unknown> = {}
  for (const [name, filter] of Object.entries(filters)) {
    const times: number[] = []
    for (let turn = 0; turn < turns; turn += 1) {
      const startedAt = performance.now()
      await product.client.get(FirstPage, `/audit/events?${new URLSearchParams({ limit: '50', ...filter })}`)
      times.push(performance.now() - startedAt)
    }
    all.push(...times)
    each[name] = spread(times)
  }
  const overviews: number[] = []
  for (let turn = 0; turn < 4 * turns; turn += 1) {
    const startedAt = performance.now()
    const { sequence } = await product.client.get(DashboardOverview, '/dashboard/overview')
    overviews.push(performance.now() - startedAt)
    if (sequence < events) throw new Error(`${sequence} events`)
  }
  report(
    'first-page',
    [
      atMost(
        'the first page of a million events through the API, by any filter, p95',
        round(percentile(all, 0.95)),
        'ms',
        150,
      ),
      figure('the same, p50', round(percentile(all, 0.5)), 'ms'),
      atMost('the overview of that organization, p95', round(percentile(overviews, 0.95)), 'ms', 150),
    ],
    { 'ms by filter': each, 'ms of the overview': spread(overviews) },
  )
  await product.stop()
}

const FirstPage = Page(AuditEntry).extend({ items: z.array(AuditEntry).max(50) })

/** Events of all agents, with words of both languages. */
const mixed = (event: ConnectorEvent): ConnectorEvent => {
  if (event.type !== 'tool.started') return event
  const { n, payload } = event
  return { ...event, payload: { ...payload, agent: `agent-${n % agents}`, title: titles[n % titles.length] ?? '' } }
}
