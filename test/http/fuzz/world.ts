import { z } from 'zod'
import { formatVerifierKey } from '../../../tlog/note.ts'
import { signAccessToken } from '../../../worker/platform/access/token.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { haveRules } from '../../features/rules/rules.ts'
import { aRule } from '../../features/rules/rules-of.ts'
import { anApproval } from '../../support/asked.ts'
import { call, post } from '../../support/call.ts'
import { aCronGateway, aCronJob } from '../../support/cron-gateway.ts'
import { aGrant } from '../../support/grants.ts'
import { aManagedAgent } from '../../support/managed-gateway.ts'
import type { Operation } from '../../support/openapi/document.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'
import { aStoredArtifact } from '../../support/stored-packages.ts'
import { aWitness } from '../../support/witness.ts'
import { aLog } from '../../tlog/witness/cosigning.ts'
import type { Ids } from './values.ts'

const api = '/api/v1'
type Headers = Record<string, string>

export interface World {
  owner: Person
  headers: Headers
  ids: Ids
  /** Cursors of real lists. */
  cursors: string[]
}

const expectMade = async (answer: Response): Promise<unknown> => {
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`)
  return answer.status === 204 ? null : answer.json()
}
const Made = z.object({ id: z.string() })

/** An organization that has one of each thing which routes name by an id, and two of what is listed. */
export const aWorld = async (operations: Operation[]): Promise<World> => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const make = async (path: string, body: unknown, more: Headers = {}) =>
    expectMade(await post(`${api}${path}`, body, { ...headers, ...more }))
  await aMember(owner.organizationId, 'viewer')
  const agent = await aManagedAgent(owner, ['read', 'approvals', 'manage', 'stop'])
  agent.gateway.memory.set('memory/2026-11-21.md', 'one\n')
  agent.gateway.files.set('AGENTS.md', 'be kind\n')
  await aCronGateway(owner, [aCronJob('a'), aCronJob('b')])
  await aStoredArtifact(agent.connector.id, headers)
  for (let count = 0; count < 2; count++) {
    await anApproval(owner.ctx)
    await aGrant(owner.ctx)
    await make('/organizations/invitations', { email: `${newId('usr')}@example.test`, role: 'viewer' })
    await make('/api-keys', { name: `Robot ${count}`, scopes: ['agents.read'] })
    await make('/budgets', {
      name: `Limit ${count}`,
      scope: { kind: 'organization' },
      period: 'month',
      limitMicroUsd: 1_000_000,
    })
    await make('/audit/searches', { name: `Risky ${count}`, query: { risk: 'high' } })
    await make('/audit/keeping/holds', { name: `Case ${count}`, reason: 'asked for' })
    const destination = { kind: 'webhook', url: 'https://siem.clawbutler.dev/' }
    const made = await make('/audit/streams', { name: `SIEM ${count}`, destination, from: 'now' })
    await make(`/audit/streams/${z.object({ stream: Made }).parse(made).stream.id}/pause`, undefined)
  }
  const { id: approvalId } = await anApproval(owner.ctx)
  await make(`/approvals/${approvalId}/comments`, { text: 'Why now?' })
  const witness = `witnesses.clawbutler.dev/${newId('wit')}`
  const vkey = formatVerifierKey(aWitness(witness, []).cosigner.key)
  await make('/audit/witnesses', { name: 'Witness', url: `https://${witness}`, vkey, enabled: false })
  await make('/audit/witness/logs', { vkeys: [formatVerifierKey(aLog('one.example/log').key)] })
  await haveRules(owner, [aRule('risk == "low"'), aRule('risk == "high"')])
  const memory = `${api}/agents/${agent.id}/memory`
  const file = `${memory}/files/${encodeURIComponent('memory/kept.md')}`
  await expectMade(await call(file, { method: 'PUT', body: { content: 'kept\n', expectedHash: null }, headers }))
  const jobs = z.object({ items: z.array(Made) }).parse(await expectMade(await call(`${api}/cron/jobs`, { headers })))
  await make(`/cron/jobs/${jobs.items[0]?.id}/disable`, undefined)
  return { owner, headers, ...(await harvest(operations, owner, headers)) }
}

const Cursored = z.object({ nextCursor: z.string() })

/** What every list and every thing shows of ids and cursors, as whoever walks through the API would collect them. */
const harvest = async (operations: Operation[], owner: Person, headers: Headers) => {
  const [found, cursors] = [new Set<string>(), new Set<string>()]
  const lists = operations.filter(
    ({ method, path, parameters }) =>
      method === 'GET' && !path.includes('{') && !parameters.some(({ required }) => required),
  )
  const answers = async (paths: string[]) => {
    for (const path of paths) {
      const answer = await call(path, { headers })
      if (!/^application\/json/.test(answer.headers.get('content-type') ?? '')) {
        await answer.body?.cancel()
        continue
      }
      const text = await answer.text()
      for (const [id] of text.matchAll(/\b[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}\b/g)) found.add(id)
      const { data } = Cursored.safeParse(JSON.parse(text))
      if (data) cursors.add(data.nextCursor)
    }
  }
  const takes = ({ parameters }: Operation, name: string) => parameters.some((each) => each.name === name)
  await answers(lists.map((each) => (takes(each, 'limit') ? `${each.path}?limit=1` : each.path)))
  await answers(lists.filter((each) => takes(each, 'limit')).map(({ path }) => path))
  const things = operations.filter(({ method, path }) => method === 'GET' && path.split('{').length === 2)
  const agents = [...found].filter((id) => id.startsWith('agt_'))
  await answers(
    things
      .filter(
        ({ path }) => path.startsWith(`${api}/agents/{id}/memory/versions`) || path === `${api}/agents/{id}/changes`,
      )
      .flatMap(({ path }) => agents.map((id) => path.replace('{id}', id))),
  )
  found.delete(owner.organizationId)
  const ids = new Map<string, string[]>()
  for (const id of found) ids.set(id.slice(0, 3), [...(ids.get(id.slice(0, 3)) ?? []), id])
  return { ids, cursors: [...cursors] }
}

/** The owner's headers with a token that holds no capability at all, as a device's may. */
export const withoutCapabilities = async (
  { owner }: World,
  config: Parameters<typeof signAccessToken>[0],
): Promise<Headers> => {
  const claims = { sub: owner.userId, sid: owner.sessionId, org: owner.organizationId, role: 'viewer' as const }
  const token = await signAccessToken(config, { ...claims, name: 'Nobody', scope: '' }, new Date())
  return { authorization: `Bearer ${token}` }
}
