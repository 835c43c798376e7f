import { expect, test } from 'vitest'
import { Connector, CreatedConnector } from '../../../worker/features/connectors/contract.ts'
import { Page, Problem } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { call, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { dial } from '../../support/connector-link.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const path = '/api/v1/connectors'
const create = async (headers: Record<string, string>, name = 'Probe') => {
  const answer = await post(path, { name }, headers)
  expect(answer.status).toBe(201)
  return CreatedConnector.parse(await answer.json())
}
const listed = async (headers: Record<string, string>, query = '') =>
  Page(Connector).parse(await (await call(`${path}${query}`, { headers })).json())

test('a created connector answers its token once, and nowhere else', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const { connector, token, command } = await create(headers)
  expect(token).toMatch(/^cbc_[0-9a-z]{26}_[\w-]{43}$/)
  expect(command).toBe(`npx clawbutler connect --server http://localhost:8787 --token ${token}`)
  expect(connector).toMatchObject({ name: 'Probe', state: 'created', agents: 0, connectedAt: null })
  const shown = await call(`${path}/${connector.id}`, { headers })
  expect(await shown.text()).not.toContain(token)
  expect((await listed(headers)).items).toEqual([connector])
  const stored = await owner.ctx.env.DB.prepare('SELECT * FROM connectors WHERE id = ?').bind(connector.id).first()
  expect(JSON.stringify(stored)).not.toContain(token)
  const [entry] = await checkAuditLog(owner.organizationId, [token])
  expect(entry).toMatchObject({ type: 'connector.created', target: connector.id, actor: { id: owner.userId } })
})

test('the list goes page by page, newest first', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const ids: string[] = []
  for (let index = 0; index < 5; index++) ids.unshift((await create(headers, `Probe ${index}`)).connector.id)
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Awaited<ReturnType<typeof listed>> = await listed(headers, `?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.items.map((item) => item.id))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(ids)
})

test('what does not fit is 422 with its path', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const answers = [
    await post(path, {}, headers),
    await post(path, { name: '  ' }, headers),
    await post(path, { name: 'x'.repeat(121) }, headers),
    await post(path, { name: 'x', state: 'online' }, headers),
    await call(`${path}?limit=0`, { headers }),
    await call(`${path}?limit=201`, { headers }),
    await call(`${path}?cursor=nonsense!`, { headers }),
    await call(`${path}?surprise=1`, { headers }),
    await call(`${path}/con_short`, { headers }),
  ]
  expect(answers.map((answer) => answer.status)).toEqual(Array(9).fill(422))
  expect(Problem.parse(await answers[0]?.json()).errors?.map((fault) => fault.path)).toEqual(['name'])
  expect(
    (await call(path, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } })).status,
  ).toBe(400)
})

test('a connector of another organization is one that does not exist, for every verb', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const { connector, token } = await create(await owner.authorization())
  const headers = await stranger.authorization()
  const attempts = (id: string) => [
    call(`${path}/${id}`, { headers }),
    call(`${path}/${id}`, { method: 'PATCH', body: { name: 'Mine' }, headers }),
    call(`${path}/${id}`, { method: 'DELETE', headers }),
    ...['rotate-token', 'pause', 'resume', 'sync', 'diagnostics', 'diagnostics/stream'].map((verb) =>
      post(`${path}/${id}/${verb}`, undefined, headers),
    ),
  ]
  const told = async (id: string) =>
    Promise.all(
      (await Promise.all(attempts(id))).map(async (answer) => {
        const { requestId: _, ...body } = Problem.parse(await answer.json())
        return [answer.status, body]
      }),
    )
  const foreign = await told(connector.id)
  expect(foreign).toEqual(await told(newId('con')))
  expect(foreign.map(([status]) => status)).toEqual(Array(9).fill(404))
  expect((await listed(headers)).items).toEqual([])
  expect((await listed(await owner.authorization())).items).toEqual([connector])
  expect((await dial(token)).status).toBe(101)
  expect(await checkAuditLog(stranger.organizationId)).toEqual([])
})

test('reading is for everyone in the organization, changing is not', async () => {
  const owner = await anOrganization()
  const { connector } = await create(await owner.authorization())
  const viewer = await (await aMember(owner.organizationId, 'viewer')).authorization()
  expect((await listed(viewer)).items).toHaveLength(1)
  const refused = [
    await post(path, { name: 'Mine' }, viewer),
    await call(`${path}/${connector.id}`, { method: 'DELETE', headers: viewer }),
    await post(`${path}/${connector.id}/rotate-token`, undefined, viewer),
    await post(`${path}/${connector.id}/pause`, undefined, viewer),
  ]
  expect(refused.map((answer) => answer.status)).toEqual([403, 403, 403, 403])
  expect((await call(path)).status).toBe(401)
  const entries = await checkAuditLog(owner.organizationId)
  expect(entries.filter((entry) => entry.type === 'access.refused')).toHaveLength(4)
})

test('a connector is renamed, and the same name again is no event', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const { connector } = await create(headers)
  const rename = (name: string) => call(`${path}/${connector.id}`, { method: 'PATCH', body: { name }, headers })
  expect(Connector.parse(await (await rename('  Better ')).json()).name).toBe('Better')
  expect((await rename('Better')).status).toBe(200)
  const types = (await checkAuditLog(owner.organizationId)).map((entry) => entry.type)
  expect(types).toEqual(['connector.created', 'connector.renamed'])
})

test('what needs a live connector says that there is none', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const { connector } = await create(headers)
  for (const verb of ['sync', 'diagnostics', 'diagnostics/stream']) {
    const answer = await post(`${path}/${connector.id}/${verb}`, undefined, headers)
    expect(Problem.parse(await answer.json())).toMatchObject({
      status: 503,
      code: 'unavailable',
      context: { state: 'created' },
    })
  }
})

test('paused, resumed, rotated and removed over the wire', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const { connector, token } = await create(headers)
  const act = (verb: string) => post(`${path}/${connector.id}/${verb}`, undefined, headers)
  expect(Connector.parse(await (await act('pause')).json()).state).toBe('paused')
  expect(Connector.parse(await (await act('resume')).json()).state).toBe('created')
  const rotated = CreatedConnector.parse(await (await act('rotate-token')).json())
  expect(rotated.token).not.toBe(token)
  const gone = await call(`${path}/${connector.id}`, { method: 'DELETE', headers })
  expect([gone.status, await gone.text()]).toEqual([204, ''])
  expect((await call(`${path}/${connector.id}`, { headers })).status).toBe(404)
  expect((await dial(rotated.token)).status).toBe(401)
  await checkAuditLog(owner.organizationId, [token, rotated.token])
})
