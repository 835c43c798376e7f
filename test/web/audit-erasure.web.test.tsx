import { afterEach, expect, it } from 'vitest'
import '../../web/features/audit/event/event-page.tsx'
import { subjectsOf } from '../../web/features/audit/event/masked.tsx'
import type { Role } from '../../worker/platform/access/contract.ts'
import './support/loaded-pages.ts'
import { acting } from './support/acting.ts'
import { anEntry } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

let close: () => Promise<void> = async () => {}
afterEach(() => close())

const subject = 'email:7f3a2c9d0k'
const payload = { command: `mail ‹${subject}› now, ‹${subject}›`, token: '‹api-key›' }

const open = async (
  role: Role,
  revealed = () => Response.json({ seq: 7, originals: [{ path: '/command', subject, value: 'lin@example.test' }] }),
) => {
  const server = new FakeServer()
  server.role = role
  server.intercept = ({ method, path }) => {
    if (path === '/audit/events/7' && method === 'GET') return Response.json(anEntry(7, { payload }))
    if (path === '/audit/events/7/reveal') return revealed()
    if (path === `/audit/subjects/${encodeURIComponent(subject)}/erase`)
      return Response.json({ subject, erasedAt: '2026-11-21T03:00:00.000Z', events: 2 })
    if (path === '/audit/events/7/erase') return Response.json({ seq: 7, erasedAt: '2026-11-21T03:00:00.000Z' })
    return undefined
  }
  close = (await openApp('/audit/7', server)).close
  await until(
    () => document.body.textContent?.includes('lead') || button('Copy JSON') || document.querySelector('mark'),
  )
  return server
}
const fill = (element: HTMLInputElement | HTMLTextAreaElement | null, text: string) =>
  acting(() => {
    if (!element) throw new Error('no field')
    const prototype =
      element instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(element, text)
    element.dispatchEvent(new Event('input', { bubbles: true }))
  })
const dialog = () => document.querySelector('[role=dialog]')
const confirm = () => dialog()?.querySelector<HTMLButtonElement>('button[type=submit]')
const submit = () => acting(() => dialog()?.querySelector('form')?.requestSubmit())

it('names each data subject of a payload once, and no secret', () => {
  expect(subjectsOf(payload)).toEqual([subject])
  expect(subjectsOf({})).toEqual([])
})

it('shows an original to who may read it, for a reason, and only then', async () => {
  const server = await open('auditor')
  await click(await until(() => button('Read original')))
  await until(dialog)
  expect(confirm()?.disabled).toBe(true)
  await fill(dialog()?.querySelector('textarea') ?? null, 'support case 12')
  expect(document.body.textContent).not.toContain('lin@example.test')
  await submit()
  await until(() => dialog()?.textContent?.includes('lin@example.test'))
  expect(server.callsOf('POST /audit/events/7/reveal')[0]?.body).toEqual({ subject, reason: 'support case 12' })
  expect(button('Erase everywhere')).toBeUndefined()
})

it('says so when nothing is kept', async () => {
  await open('owner', () => problem(404, 'not_found'))
  await click(await until(() => button('Read original')))
  await fill(await until(() => dialog()?.querySelector('textarea')), 'support case 12')
  await submit()
  await until(() => dialog()?.textContent?.includes('Nothing is kept of it'))
})

it('erases only after the subject was typed and a reason given', async () => {
  const server = await open('owner')
  await click(await until(() => button('Erase everywhere')))
  await fill(await until(() => dialog()?.querySelector('textarea')), 'asked for')
  expect(confirm()?.disabled).toBe(true)
  await fill(dialog()?.querySelector('input') ?? null, subject)
  expect(confirm()?.disabled).toBe(false)
  await submit()
  const path = `POST /audit/subjects/${encodeURIComponent(subject)}/erase`
  await until(() => server.callsOf(path).length === 1)
  expect(server.callsOf(path)[0]?.body).toEqual({ reason: 'asked for' })
  await until(() => dialog() === null)
})

it('offers nothing to those who may neither read nor erase', async () => {
  await open('operator')
  await until(() => document.querySelector('mark'))
  expect(button('Read original')).toBeUndefined()
  expect(button('Erase what this event says')).toBeUndefined()
})
