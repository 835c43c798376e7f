import { afterEach, expect, it } from 'vitest'
import type { AuditStream } from '../../worker/features/audit/streams/contract.ts'
import '../../web/features/audit/streams/stream-page.tsx'
import './support/loaded-pages.ts'
import { anId } from './support/build.ts'
import { type Call, FakeServer, problem } from './support/fake-server.ts'
import { field, fill, submit } from './support/fields.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

let close: () => Promise<void> = async () => {}
afterEach(() => close())

const id = anId('ast', 1)
const path = `/audit/streams/${id}`
const aStream = (given: Partial<AuditStream> = {}): AuditStream => ({
  id,
  name: 'SIEM',
  kind: 'http',
  url: 'https://siem.example/in',
  body: 'lines',
  headerName: 'Authorization',
  format: 'clawbutler',
  filter: { type: 'approval.', agentId: anId('agt', 1) },
  batchSize: 100,
  state: 'active',
  failingReason: null,
  failingSince: null,
  version: 3,
  createdAt: '2026-11-21T03:00:00.000Z',
  createdByName: 'Ada',
  bothSecretsUntil: null,
  progress: {
    run: 1,
    through: 7,
    behind: 0,
    oldestWaitingAt: null,
    delivered: 7,
    lastDeliveredAt: null,
    attempts: 0,
    troubleSince: null,
    lastError: null,
    nextAttemptAt: null,
  },
  ...given,
})

const open = async (given: Partial<AuditStream>, change: (call: Call) => Response | undefined = () => undefined) => {
  const server = new FakeServer()
  server.intercept = (call) => {
    const answer = change(call)
    if (answer) return answer
    if (call.path === `${path}/deliveries`) return Response.json({ items: [] })
    return call.path === path && call.method === 'GET' ? Response.json(aStream(given)) : undefined
  }
  close = (await openApp(path, server)).close
  await until(() => document.querySelector('h1')?.textContent === 'SIEM')
  return server
}
const shown = (words: string) => until(() => document.body.textContent?.includes(words))
const more = async (item: string) => {
  await click(await until(() => document.querySelector('button[aria-label="More"]')))
  const found = () => [...document.querySelectorAll('[role=menuitem]')].find((one) => one.textContent?.includes(item))
  await click(await until(found))
}
const edit = async () => {
  await more('Change')
  await until(() => field('Name'))
}

it('only what was changed is sent, to the version that was seen, and what the form does not show stays', async () => {
  const server = await open({}, ({ method }) =>
    method === 'PATCH' ? Response.json(aStream({ name: 'SOC', version: 4 })) : undefined,
  )
  await edit()
  expect(field('Its value')?.value).toBe('')
  await fill('Name', 'SOC')
  await fill('Risk', 'high,critical')
  await submit('Name')
  await shown('The stream is changed')
  const [sent] = server.callsOf(`PATCH ${path}`)
  expect(sent?.headers.get('if-match')).toBe('"3"')
  expect(sent?.body).toEqual({
    name: 'SOC',
    filter: { type: 'approval.', agentId: anId('agt', 1), risk: 'high,critical' },
  })
})

it('another address asks for its credential again', async () => {
  const server = await open({}, ({ method }) => (method === 'PATCH' ? Response.json(aStream()) : undefined))
  await edit()
  expect(field('Its value')?.required).toBe(false)
  await fill('Address', 'https://other.example/in')
  await shown('give the credential for it')
  expect(field('Its value')?.required).toBe(true)
  await fill('Its value', 'Bearer new')
  await submit('Name')
  await until(() => server.callsOf(`PATCH ${path}`).length > 0)
  expect(server.callsOf(`PATCH ${path}`)[0]?.body).toEqual({
    url: 'https://other.example/in',
    headerValue: 'Bearer new',
  })
})

it('who was overtaken sees so, and goes on from the newest', async () => {
  const newest = aStream({ name: 'Renamed by another', version: 4 })
  await open({}, ({ method }) =>
    method === 'PATCH' ? problem(412, 'precondition_failed', { context: { stream: newest } }) : undefined,
  )
  await edit()
  await fill('Name', 'Mine')
  await submit('Name')
  await shown('Somebody has changed the stream since')
  await click(() => button('Start from the newest'))
  await until(() => field('Name')?.value === 'Renamed by another')
})

it('a new secret is shown once, and other kinds have none of ours', async () => {
  const webhook = { kind: 'webhook', headerName: null, body: null } as const
  await open(webhook, ({ path: asked }) =>
    asked.endsWith('/rotate-secret') ? Response.json({ stream: aStream(webhook), secret: 'whsec_new' }) : undefined,
  )
  await more('New secret')
  const confirm = () => [...document.querySelectorAll('[role=dialog] button, [role=alertdialog] button')]
  await click(await until(() => confirm().find((one) => one.textContent?.includes('New secret'))))
  await shown('whsec_new')
  await click(await until(() => button('I have kept it')))
  await until(() => !document.body.textContent?.includes('whsec_new'))
  await close()
  await open({})
  await click(await until(() => document.querySelector('button[aria-label="More"]')))
  await until(() => document.querySelector('[role=menuitem]'))
  expect(document.querySelector('[role=menu]')?.textContent).not.toContain('New secret')
})

it('one that stopped says why, and what becomes of the events', async () => {
  await open({ state: 'failing', failingReason: 'gone', failingSince: '2026-11-21T03:00:00.000Z' })
  await shown('the receiver answered 410 and wants no more')
  await until(() => button('Resume'))
})

it('who may only look has nothing to press', async () => {
  const server = new FakeServer()
  server.role = 'auditor'
  server.intercept = ({ path: asked }) => {
    if (asked === path) return Response.json(aStream())
    return asked === `${path}/deliveries` ? Response.json({ items: [] }) : undefined
  }
  close = (await openApp(path, server)).close
  await shown('siem.example')
  expect(button('Pause') ?? document.querySelector('button[aria-label="More"]')).toBeFalsy()
})
