import { z } from 'zod'
import { startBare } from './support/bare.ts'
import { percentile, round, type Spread, spread } from './support/figures.ts'
import { openLink, rosterOf } from './support/link.ts'
import { type Product, startProduct } from './support/product.ts'
import { atMost, figure, report } from './support/results.ts'

const agents = 10_000
const requests = 40
const pageMs = 150
const page = 100

const connector = (n: number) => `con_${n.toString(32).padStart(26, '0')}`

/** Every filter and order of the list, from what all agents fit to what none does, and a page from its middle. */
const asked: Record<string, string> = {
  nothing: '',
  active: 'state=active',
  removed: 'state=removed',
  'by name': 'sort=name',
  'by name, active': 'sort=name&state=active',
  'last active': 'sort=last_active',
  'last active, active': 'sort=last_active&state=active',
  connector: `connectorId=${connector(7)}`,
  'connector, by name': `connectorId=${connector(7)}&sort=name`,
  group: 'resourceGroup=group-17',
  'group, last active': 'resourceGroup=group-17&sort=last_active',
  'group that is not there': 'resourceGroup=nowhere',
  owner: 'ownerId=',
  'common tag': 'tag=prod',
  'rare tag': 'tag=rare',
  'tag that is not there': 'tag=nowhere',
  disabled: 'control=disabled',
  stopped: 'control=stopped',
  enabled: 'control=enabled',
  healthy: 'health=healthy',
  degraded: 'health=degraded',
  offline: 'health=offline',
  'common word': 'query=agent',
  'rare word': 'query=agent 04711',
  'Chinese word': 'query=客服',
  'word that is not there': 'query=zzz',
  'word, by name, active': 'query=7&sort=name&state=active',
  'all of it': `query=agent&tag=prod&resourceGroup=group-17&connectorId=${connector(17)}&control=enabled&sort=last_active`,
}

/** A page of a hundred of ten thousand agents, by every filter and order, through HTTP, beside a bare answer of the same JSON. */
export const agentsMany = async (): Promise<void> => {
  const product = await startProduct()
  const bare = await startBare()
  const link = await openLink(product)
  await link.tell([rosterOf(1)], 1)
  const owner = await fill(product)
  const authorization = await product.client.authorization()
  const headers = { authorization }
  const pathOf = (query: string) =>
    `${product.url}/api/v1/agents?limit=${page}&${new URLSearchParams(query.replace('ownerId=', `ownerId=${owner}`))}`
  const timed = async (url: string, given: Record<string, string> = {}): Promise<number> => {
    const startedAt = performance.now()
    const answer = await fetch(url, { headers: given })
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
    await answer.arrayBuffer()
    return performance.now() - startedAt
  }
  await fetch(`${bare.url}/agents`, { method: 'PUT', body: await (await fetch(pathOf(''), { headers })).text() })
  const spreads: Record<string, Spread> = {}
  const bareMs: number[] = []
  const deep = await middleOf(pathOf('sort=name'), headers)
  for (const [name, url] of [
    ...Object.entries(asked).map(([name, query]) => [name, pathOf(query)] as const),
    ['the fiftieth page by name', deep] as const,
  ]) {
    await timed(url, headers)
    const took: number[] = []
    for (let n = 0; n < requests; n++) {
      took.push(await timed(url, headers))
      bareMs.push(await timed(`${bare.url}/agents`))
    }
    spreads[name] = spread(took)
  }
  const [slowest, worst] = Object.entries(spreads).reduce((one, other) => (other[1].p95 > one[1].p95 ? other : one))
  report(
    'agents-many',
    [
      atMost(`p95 of a page of ${page} of 10,000 agents, slowest question (${slowest})`, worst.p95, 'ms', pageMs),
      figure('p95 of a bare answer of the same JSON, in the same run', round(percentile(bareMs, 0.95)), 'ms'),
    ],
    { ...spreads, bare: spread(bareMs) },
  )
  link.socket.close()
  await Promise.all([product.stop(), bare.stop()])
}

/** The same again, two hundred connectors of fifty agents, and as many of another organization beside them. */
const fill = async ({ database: db, client }: Product): Promise<string> => {
  const me = await client.get(z.object({ id: z.string(), organization: z.object({ id: z.string() }) }), '/me')
  const columnsOf = async (table: string) =>
    z
      .array(z.object({ name: z.string() }))
      .parse((await db.prepare(`select name from pragma_table_info('${table}')`).all()).results)
      .map(({ name }) => name)
  /** Copies of the one row that the product made itself, told apart by these columns. */
  const copies = async (table: string, count: number, set: Record<string, string>) => {
    const columns = await columnsOf(table)
    const values = columns.map((column) => set[column] ?? `one.${column}`)
    await db
      .prepare(
        `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count})
         insert into ${table} (${columns.join(', ')})
         select ${values.join(', ')} from numbers, (select * from ${table} order by rowid limit 1) as one`,
      )
      .run()
  }
  const numbered = (prefix: string, n: string) => `'${prefix}_' || printf('%026d', ${n})`
  // The digits below ten are the same in base 32, and connectors are asked for by 7 and 17.
  const con = (n: string) =>
    `'con_' || printf('%024d', 0) || substr('0123456789abcdefghijklmnopqrstuv', (${n}) / 32 + 1, 1) || substr('0123456789abcdefghijklmnopqrstuv', (${n}) % 32 + 1, 1)`
  for (const organization of [me.organization.id, `org_${'0'.repeat(26)}`]) {
    const isOurs = organization === me.organization.id
    const shift = isOurs ? '' : ' + 200'
    await copies('connectors', 200, {
      id: con(`n${shift}`),
      organization_id: `'${organization}'`,
      name: `'Connector ' || n`,
      token_digest: `'digest-' || n || '-${organization}'`,
      state: `case n % 10 when 0 then 'offline' else 'online' end`,
    })
    await copies('agents', agents, {
      id: numbered('agt', isOurs ? 'n' : 'n + 50000'),
      organization_id: `'${organization}'`,
      connector_id: con(`n % 200${shift}`),
      external_id: `'agent-' || printf('%05d', n)`,
      name: `case n % 50 when 0 then '客服 ' || n else 'Agent ' || printf('%05d', (n * 7919) % 10007) end`,
      state: `case n % 20 when 0 then 'removed' else 'active' end`,
      last_active_at: `case n % 3 when 0 then null else 1700000000000 + (n * 7919) % 1000003 end`,
      resource_group: `'group-' || (n % 200)`,
      owner_id: `case n % 40 when 0 then '${me.id}' end`,
      tags: `case when n = 4711 then '["prod","rare"]' when n % 2 = 0 then '["prod"]' else '[]' end`,
      disabled_at: `case n % 100 when 0 then 1700000000000 end`,
      health: `case n % 25 when 0 then 'degraded' else 'healthy' end`,
    })
  }
  return me.id
}

const middleOf = async (first: string, headers: Record<string, string>): Promise<string> => {
  let url = first
  for (let turned = 0; turned < 49; turned++) {
    const answer = await (await fetch(url, { headers })).json()
    const { nextCursor } = z.object({ nextCursor: z.string() }).parse(answer)
    url = `${first}&cursor=${encodeURIComponent(nextCursor)}`
  }
  return url
}
