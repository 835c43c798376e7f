import { afterEach, expect, it } from 'vitest'
import type { Hold, Keeping } from '../../worker/features/audit/keeping/contract.ts'
import '../../web/features/audit/integrity/integrity-page.tsx'
import './support/loaded-pages.ts'
import { anId } from './support/build.ts'
import { type Call, FakeServer, problem } from './support/fake-server.ts'
import { field, fill, submit } from './support/fields.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

let close: () => Promise<void> = async () => {}
afterEach(() => close())

const at = '2026-11-21T03:00:00.000Z'
const hold: Hold = {
  id: anId('hld', 1),
  name: 'Case 7',
  reason: 'a court asked',
  from: null,
  to: null,
  agentId: null,
  placedAt: at,
  placedByName: 'Ada',
  releasedAt: null,
  releasedByName: null,
  releasedBecause: null,
}
const aKeeping = (given: Partial<Keeping> = {}): Keeping => ({
  archive: {
    ...{ archivedThrough: 512, waiting: 0, trimmedThrough: 0, expiredTiles: 0, bytes: 90_000 },
    ...{ lastArchivedAt: at, fault: null },
  },
  retention: { windowDays: 30, archiveDays: null, version: 4, changedAt: at, changedByName: 'Ada' },
  holds: [],
  restores: [],
  ...given,
})

const open = async (given: Partial<Keeping> = {}, write: (call: Call) => Response | undefined = () => undefined) => {
  const server = new FakeServer()
  server.intercept = (call) => {
    const { method, path } = call
    if (path === '/audit/log') return Response.json({ head: 7, size: 7, signedAt: null, checkpoint: null, keys: [] })
    if (path === '/audit/witnesses') return Response.json({ quorum: 0, size: 7, witnessedSize: null, items: [] })
    if (path === '/audit/public-address') return Response.json({ url: null, openedAt: null, openedByName: null })
    if (path === '/audit/keeping' && method === 'GET') return Response.json(aKeeping(given))
    return method === 'GET' ? undefined : write(call)
  }
  close = (await openApp('/audit/integrity', server)).close
  await until(() => document.querySelector('input[min="7"]'))
  return server
}
const shown = (words: string) => until(() => document.body.textContent?.includes(words))
const labelOf = (selector: string) => {
  const input = document.querySelector<HTMLInputElement>(selector)
  return input?.labels?.[0]?.textContent?.trim() ?? ''
}
const put = 'PUT /audit/keeping/retention'

it('what only shortens the search is saved at once, to the version that was seen', async () => {
  const server = await open({}, () => Response.json({ ...aKeeping().retention, windowDays: 14, version: 5 }))
  await fill(labelOf('input[min="7"]'), '14')
  await submit(labelOf('input[min="7"]'))
  await until(() => server.callsOf(put).length === 1)
  const [sent] = server.callsOf(put)
  expect([sent?.headers.get('if-match'), sent?.body]).toEqual(['"4"', { windowDays: 14, archiveDays: null }])
})

it('what destroys is asked for once more, and days that can not be are not sent', async () => {
  const server = await open({}, () => problem(412, 'precondition_failed'))
  const archive = labelOf('input[min="30"]')
  const save = () => document.querySelector<HTMLButtonElement>('form button[type=submit]')
  await fill(archive, '10')
  expect(field(archive)?.getAttribute('aria-invalid')).toBe('true')
  expect(save()?.disabled).toBe(true)
  await fill(archive, '90')
  await submit(archive)
  await until(() => document.querySelector('[role=dialog]'))
  expect(server.callsOf(put)).toEqual([])
  await click(await until(() => document.querySelector('[role=dialog] button.btn-danger, [role=dialog] [type=submit]')))
  await until(() => server.callsOf(put).length === 1)
  await shown('Someone else changed it while you were editing')
})

it('a hold says what it holds and why, and an archive that is damaged is said loudly', async () => {
  const fault = { path: 'org/tile/entries/001', found: 'nothing is there', at }
  await open({ holds: [hold], archive: { ...aKeeping().archive, fault } })
  await shown('Case 7')
  await shown('a court asked')
  await shown('org/tile/entries/001')
})

it('who may not keep sees the days and changes nothing', async () => {
  const server = new FakeServer()
  server.role = 'auditor'
  server.intercept = ({ path }) => {
    if (path === '/audit/log') return Response.json({ head: 7, size: 7, signedAt: null, checkpoint: null, keys: [] })
    if (path === '/audit/public-address') return Response.json({ url: null, openedAt: null, openedByName: null })
    return path === '/audit/keeping' ? Response.json(aKeeping({ holds: [hold] })) : undefined
  }
  close = (await openApp('/audit/integrity', server)).close
  await shown('Case 7')
  expect(document.querySelector<HTMLInputElement>('input[min="7"]')?.disabled).toBe(true)
  expect(button('Release')).toBeUndefined()
})
