import { afterEach, describe, expect, it } from 'vitest'
import '../../web/features/agents/agents-page.tsx'
import type { Agent } from '../../worker/features/agents/contract.ts'
import './support/loaded-pages.ts'
import { anAgent } from './support/agents.ts'
import { anId } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { type } from './support/rules.ts'
import { until } from './support/until.ts'

const ledger = (given: Partial<Agent> = {}) => anAgent({ resourceGroup: 'finance', tags: ['prod'], ...given })

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
})
const open = async (path: string, role: FakeServer['role'] = 'owner', given: Partial<Agent> = {}) => {
  const server = new FakeServer()
  server.role = role
  const state = { agent: ledger(given), patch: (): Response => Response.json(state.agent) }
  server.intercept = ({ method, path: asked }) => {
    if (asked === '/agents' && method === 'GET') return Response.json({ items: [state.agent], nextCursor: null })
    if (asked === `/agents/${state.agent.id}`) return method === 'GET' ? Response.json(state.agent) : state.patch()
    if (asked === '/resource-groups') return Response.json({ items: [{ name: 'finance', agents: 1, disabled: 0 }] })
    return undefined
  }
  close = (await openApp(path, server)).close
  await until(() => document.querySelector('ul[aria-label=Agents] li'))
  return { server, state }
}
const dialog = () => document.querySelector('[role=dialog]')

describe('the list of agents', () => {
  it('asks for what the URL says, and for a tag that is pressed', async () => {
    const { server } = await open('/agents?q=led&health=degraded&group=finance&sort=name')
    const lists = () => server.callsOf('GET /agents').filter(({ query }) => query.get('limit') === '100')
    expect(Object.fromEntries(lists()[0]?.query ?? [])).toMatchObject({
      query: 'led',
      health: 'degraded',
      resourceGroup: 'finance',
      state: 'active',
      sort: 'name',
    })
    await click(await until(() => document.querySelector('[aria-label="Only the tag prod"]')))
    await until(() => lists().some(({ query }) => query.get('tag') === 'prod' && query.get('health') === 'degraded'))
  })

  it.each([
    ['ordered', 'Stop ordered', 'Stopped'],
    ['stopped', 'Stopped', 'Stop ordered'],
  ] as const)('calls an agent stopped once its gateway showed it: %s', async (state, says, saysNot) => {
    const stop = { orderId: anId('kil', 1), at: '2026-11-21T10:00:00.000Z', state }
    await open('/agents', 'owner', { control: 'stopped', stop })
    const row = document.querySelector('ul[aria-label=Agents] li')?.textContent
    expect(row).toContain(says)
    expect(row).not.toContain(saysNot)
  })

  it('says what somebody else changed meanwhile before it is written over', async () => {
    const { server, state } = await open('/agents')
    await click(await until(() => document.querySelector('[aria-label="What to do with Ledger"]')))
    await click(await until(() => document.querySelector('[role=menuitem]')))
    const field = await until(() => dialog()?.querySelectorAll<HTMLInputElement>('input')[1])
    await type(field, 'accounting')
    state.agent = ledger({ version: 2, resourceGroup: 'audit' })
    state.patch = () => problem(412, 'precondition_failed')
    await click(button('Save'))
    await until(() => dialog()?.textContent?.includes('Now: audit'))
    state.patch = () => Response.json(state.agent)
    await click(() => button('Save my version'))
    await until(() => dialog() === null)
    const sent = server.callsOf(`PATCH /agents/${state.agent.id}`)
    expect(sent.map(({ headers }) => headers.get('if-match'))).toEqual(['"1"', '"2"'])
    expect(sent[1]?.body).toMatchObject({ resourceGroup: 'accounting', tags: ['prod'] })
  })

  it('offers nothing to do to who may only look', async () => {
    await open('/agents', 'viewer')
    expect(document.querySelector('[aria-label="What to do with Ledger"]')).toBeNull()
    expect(button('New agent')).toBeUndefined()
  })
})
