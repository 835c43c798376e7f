import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { SnapshotScope } from '../../../worker/features/snapshots/diff/contract.ts'
import { configurationSeen } from '../../../worker/features/snapshots/taking/index.ts'
import { takeSnapshots } from '../../../worker/features/snapshots/taking/take.ts'
import type { OrganizationContext } from '../../../worker/platform/context.ts'
import { databaseOf } from '../../../worker/platform/db.ts'
import { anOrganization } from '../../support/organizations.ts'

/** The figures of docs/operate/snapshot-costs.md: what D1 counts as written, on the tables of the product. */

/** The page was measured with ten and ten. */
const agents = 3
const changes = 3

/** The same database, which counts what is written through it. */
const counting = (real: D1Database) => {
  const total = { rowsWritten: 0, sizeAfter: 0 }
  const count = <T>(result: D1Result<T>): D1Result<T> => {
    total.rowsWritten += result.meta.rows_written
    total.sizeAfter = result.meta.size_after
    return result
  }
  const DB = new Proxy(real, {
    get: (target, name) => {
      if (name === 'batch')
        return async (statements: D1PreparedStatement[]) => (await target.batch(statements)).map(count)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { total, db: databaseOf({ ...env, DB }) }
}

const Kept = z.object({ contents: z.number(), bytes: z.number() })

const anEntry = (agent: number, change: number) => ({
  name: `Agent ${agent}`,
  description: `Looks after part ${agent} of the shop, and says what it has done at the end of each day.`,
  model: { primary: 'anthropic/claude-sonnet-5', fallbacks: ['openai/gpt-6-mini', 'google/gemini-4-flash'] },
  tools: { profile: 'coding', deny: ['browser', 'canvas'], exec: { mode: 'ask', host: 'sandbox' } },
  sandbox: { mode: 'all', scope: 'agent', docker: { image: 'openclaw/sandbox:2026.9', memory: '2g', cpus: 2 } },
  heartbeat: { every: `${change}m`, prompt: 'Look at what is open and tell what waits for somebody.' },
  skills: ['github', 'calendar', 'weather', 'spreadsheets', 'tickets', 'inventory'],
  identity: { name: `Agent ${agent}`, emoji: '🐾', theme: 'a careful colleague who asks before it spends' },
})

/** Eight files, one of which is changed. */
const files = (agent: number, change: number) =>
  Object.fromEntries(
    ['AGENTS', 'SOUL', 'TOOLS', 'IDENTITY', 'USER', 'HEARTBEAT', 'BOOTSTRAP', 'NOTES'].map((name, at) => [
      `${name}.md`,
      Array.from(
        { length: 25 },
        (_, line) =>
          `${name} of agent ${agent}, rule ${line}: ${at === 0 ? change : 'stays'}, ${(line * 7919 + at * 104729 + agent * 1299709) % 99991}`,
      ).join('\n'),
    ]),
  )

/** What agents with some changes each cost, by which state each of their changes makes. */
const measured = async (
  scope: SnapshotScope,
  contentOf: (agent: number, change: number) => Record<string, unknown>,
) => {
  const { ctx, organizationId } = await anOrganization()
  const { total, db } = counting(env.DB)
  const counted: OrganizationContext = { ...ctx, db }
  const row = (agent: number) => ({ id: `${organizationId}-${agent}`, connectorId: 'con_costs' })
  const take = (change: number, at: number) =>
    takeSnapshots(
      counted,
      Array.from({ length: agents }, (_, agent) => ({ agent: row(agent), scope, content: contentOf(agent, change) })),
      { reference: null, at },
    )
  await take(0, 1)
  const before = { ...total }
  for (let change = 1; change <= changes; change++) await take(change, 1 + change)
  const rows = total.rowsWritten - before.rowsWritten
  const bytes = total.sizeAfter - before.sizeAfter
  // Seen again, it is nothing new.
  const settled = total.rowsWritten
  await take(changes, 99)
  expect(total.rowsWritten).toBe(settled)
  const kept =
    'select count(*) as contents, sum(length(sealed)) as bytes from snapshot_contents where organization_id = ?'
  const { contents, bytes: stored } = Kept.parse(await env.DB.prepare(kept).bind(organizationId).first())
  const each = agents * changes
  // The growth is that of the whole database, and tells something only while nobody else writes.
  return { rowsEach: rows / each, growthEach: bytes / each, storedEach: stored / each, contents }
}

/** The rows that a change of what all agents of a gateway share writes. */
const rowsOfShared = async (count: number) => {
  const { ctx, organizationId } = await anOrganization()
  const { total, db } = counting(env.DB)
  const of = Array.from({ length: count }, (_, at) => ({
    ...{ id: `${organizationId}-${at}`, externalId: `a${at}`, connectorId: `${organizationId}-con` },
  }))
  const see = (profile: string, at: number) => {
    const source = { tools: { profile }, agents: { defaults: { model: 'a/b' } } }
    const config = { hash: profile, valid: true, issues: [], source, completed: source }
    return configurationSeen({ ...ctx, db }, of, config, at)
  }
  await see('coding', 1)
  const before = total.rowsWritten
  await see('minimal', 2)
  return total.rowsWritten - before
}

test('a change of what all agents of a gateway share costs the same however many they are', async () => {
  expect(await rowsOfShared(12)).toBe(await rowsOfShared(1))
})

test('a change costs few rows, equal content stands once, and what did not change costs nothing', async () => {
  const news = await measured('agent_config', anEntry)
  const known = await measured('agent_config', (agent, change) => anEntry(agent, change % 2))
  const bundles = await measured('workspace_bundle', files)
  const alike = await measured('agent_config', (_, change) => anEntry(0, change))
  expect([news.contents, known.contents, alike.contents]).toEqual([agents * (changes + 1), agents * 2, changes + 1])
  expect([news, bundles].every(({ storedEach }) => storedEach < 6_000)).toBe(true)
  // Of eight files the one that changed, and which they are now: two more rows, and not all eight again.
  expect(bundles.contents).toBe(agents * (9 + 2 * changes))
  expect(bundles.rowsEach).toBe(news.rowsEach + 2)
  expect(news.rowsEach).toBeLessThanOrEqual(9)
  expect(known.rowsEach).toBeLessThan(news.rowsEach)
  expect(alike.rowsEach).toBeLessThan(news.rowsEach)
})
