import { afterEach, expect, it } from 'vitest'
import { formatVerifierKey } from '../../tlog/note.ts'
import '../../web/features/audit/integrity/integrity-page.tsx'
import type { Witness, Witnesses } from '../../worker/features/audit/witnesses/contract.ts'
import type { OwnWitness } from '../../worker/features/witness/contract.ts'
import { aCosigner, aLog } from '../tlog/witness/cosigning.ts'
import './support/loaded-pages.ts'
import { acting } from './support/acting.ts'
import { anId } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

let close: () => Promise<void> = async () => {}
afterEach(() => close())

const vkey = formatVerifierKey(aCosigner('w.example/1').key)
const aWitness = (given: Partial<Witness> = {}): Witness => ({
  id: anId('wit', 1),
  name: 'Auditor',
  url: 'https://w.example/1',
  vkey,
  enabled: true,
  state: 'current',
  size: 7,
  lag: 0,
  cosignedAt: '2026-11-21T03:00:00.000Z',
  fault: null,
  failures: 0,
  triedAt: '2026-11-21T03:00:00.000Z',
  ...given,
})
const own: OwnWitness = { url: 'https://here.example/api/v1/witness/org', vkey: 'here.example/witness/org+x', logs: [] }

const open = async (items: Witness[], more: (server: FakeServer) => void = () => {}) => {
  const server = new FakeServer()
  const list: Witnesses = { quorum: 1, size: 7, witnessedSize: items.length > 0 ? 7 : null, items }
  server.intercept = ({ method, path }) => {
    if (path === '/audit/log') return Response.json({ head: 7, size: 7, signedAt: null, checkpoint: null, keys: [] })
    if (path === '/audit/witnesses' && method === 'GET') return Response.json(list)
    if (path === '/audit/witness') return Response.json(own)
    if (path.startsWith('/audit/witness') && method === 'DELETE') return new Response(null, { status: 204 })
    if (path.startsWith('/audit/witnesses'))
      return problem(422, 'invalid', { errors: [{ path: 'url', message: 'no' }] })
    return undefined
  }
  more(server)
  close = (await openApp('/audit/integrity', server)).close
  return server
}
const shown = (words: string) => until(() => document.body.textContent?.includes(words))
const fill = (selector: string, text: string) =>
  acting(() => {
    const field = document.querySelector(selector)
    if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) throw new Error(selector)
    const prototype = field instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })

it('a log without witnesses says who vouches for it, and shows what to tell others', async () => {
  await open([])
  await shown('only this server vouches')
  await shown(own.url)
  await shown(own.vkey)
})

it('a witness shows how far it has come, and what it refuses in words', async () => {
  await open([
    aWitness(),
    aWitness({ id: anId('wit', 2), name: 'Other', state: 'forked', fault: 'forked', size: 5, lag: 2 }),
  ])
  await shown('up to event 7')
  await shown('up to event 5, 2 behind')
  await shown('the log may have been rewritten')
})

it('an address that must not be called is said at its field, and nothing is sent with a key that is none', async () => {
  const server = await open([])
  await click(await until(() => button('Add a witness')))
  await fill('[role=dialog] input[maxlength="100"]', 'Auditor')
  await fill('[role=dialog] input[type=url]', 'https://10.0.0.1/w')
  await fill('[role=dialog] input[spellcheck=false]', formatVerifierKey(aLog('log.example').key))
  await shown('Not a verifier key of a witness')
  await fill('[role=dialog] input[spellcheck=false]', vkey)
  await click(() => document.querySelector('[role=dialog] button[type=submit]'))
  await shown('must not be called from here')
  const [sent] = server.callsOf('POST /audit/witnesses')
  expect(sent?.body).toEqual({ name: 'Auditor', url: 'https://10.0.0.1/w', vkey, enabled: true })
})

it('who may not change witnesses sees them without buttons', async () => {
  await open([aWitness()], (server) => {
    server.role = 'auditor'
  })
  await shown('Auditor')
  expect(button('Add a witness')).toBeUndefined()
  expect(button('Submit now')).toBeUndefined()
})
