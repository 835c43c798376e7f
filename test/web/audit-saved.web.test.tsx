import { afterEach, expect, it } from 'vitest'
import '../../web/features/audit/table/audit-page.tsx'
import type { SavedSearch } from '../../worker/features/audit/searches/contract.ts'
import './support/loaded-pages.ts'
import { acting } from './support/acting.ts'
import { anEntry, anId } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

let close: () => Promise<void> = async () => {}
afterEach(() => close())

const aSearch = (number: number, facts: Partial<SavedSearch>): SavedSearch => ({
  id: anId('sch', number),
  name: `Search ${number}`,
  query: { risk: 'critical' },
  isShared: false,
  isOwn: true,
  ownerName: 'Ada',
  mayChange: true,
  changedAt: '2026-11-21T03:00:00.000Z',
  ...facts,
})

const open = async (path: string, items: SavedSearch[]) => {
  const server = new FakeServer()
  server.intercept = ({ method, path: asked }) => {
    if (asked === '/audit/events/count') return Response.json({ count: 1, isExact: true })
    if (asked === '/audit/events') return Response.json({ items: [anEntry(1)], nextCursor: null, archivedBefore: null })
    if (asked === '/audit/searches' && method === 'GET') return Response.json({ items })
    if (asked === '/audit/searches') return problem(409, 'conflict', { context: { name: 'Taken' } })
    return asked.startsWith('/audit/searches/') ? new Response(null, { status: 204 }) : undefined
  }
  close = (await openApp(path, server)).close
  const menu = await until(() => button('Saved'))
  await click(menu)
  return server
}
const item = (words: string) =>
  until(() => [...document.querySelectorAll('[role=menuitem]')].find((one) => one.textContent?.includes(words)))
const named = (label: string) => document.querySelector(`[aria-label="${label}"]`)
const type = (text: string) =>
  acting(() => {
    const field = document.querySelector<HTMLInputElement>('[role=dialog] input')
    if (!field) throw new Error('no field')
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })

it('a chosen search puts its filters into the address and so into the question', async () => {
  const query = { risk: 'critical', keyword: 'rm', order: 'oldest' as const }
  const server = await open('/audit?type=run.', [aSearch(1, { name: 'Theirs', isOwn: false, isShared: true, query })])
  await click(await item('Theirs'))
  const wanted = { risk: 'critical', keyword: 'rm', order: 'oldest', limit: '200' }
  const asked = () => server.callsOf('GET /audit/events').map((call) => Object.fromEntries(call.query))
  await until(() =>
    asked().some((one) => JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(wanted).sort())),
  )
})

it('what is filtered by is saved, and a name that is taken is said at its field', async () => {
  const server = await open('/audit?risk=critical&q=rm', [])
  await click(await item('Save this search'))
  await until(() => document.querySelector('[role=dialog] input'))
  await type('Taken')
  await click(() => button('Save'))
  await acting(() => document.querySelector<HTMLFormElement>('[role=dialog] form')?.requestSubmit())
  await until(
    () => document.querySelector('[role=dialog] [role=alert]')?.textContent === 'You have a search of this name.',
  )
  expect(server.callsOf('POST /audit/searches')[0]?.body).toEqual({
    name: 'Taken',
    query: { risk: 'critical', keyword: 'rm' },
    isShared: false,
  })
})

it('offers changes only to who may make them, and asks before removing', async () => {
  const theirs = aSearch(2, { name: 'Theirs', isOwn: false, isShared: true, mayChange: false })
  const server = await open('/audit', [aSearch(1, { name: 'Mine' }), theirs])
  await click(await item('Saved searches'))
  await until(() => named('Rename “Mine”'))
  expect(named('Rename “Theirs”')).toBeNull()
  expect(document.querySelector('[role=dialog]')?.textContent).toContain('shared by Ada')
  const route = server.intercept
  const shared = Promise.withResolvers<Response>()
  server.intercept = (call) => (call.method === 'PATCH' ? shared.promise : route(call))
  await click(() => named('Share “Mine” with the organization'))
  await until(() => server.callsOf(`PATCH /audit/searches/${anId('sch', 1)}`).length === 1)
  expect(server.callsOf(`PATCH /audit/searches/${anId('sch', 1)}`)[0]?.body).toEqual({ isShared: true })
  await click(() => named('Remove “Mine”'))
  // An answer to the one does not take back the question about the other.
  const lists = () => server.callsOf('GET /audit/searches').length
  const known = lists()
  shared.resolve(new Response(null, { status: 204 }))
  await until(() => lists() > known)
  expect(server.callsOf(`DELETE /audit/searches/${anId('sch', 1)}`)).toHaveLength(0)
  await click(() =>
    [...document.querySelectorAll('[role=dialog] li button')].find((one) => one.textContent === 'Remove'),
  )
  await until(() => server.callsOf(`DELETE /audit/searches/${anId('sch', 1)}`).length === 1)
})
