import { afterEach, describe, expect, it } from 'vitest'
import '../../web/features/connectors/connector-page.tsx'
import './support/loaded-pages.ts'
import type { Connector } from '../../worker/features/connectors/contract.ts'
import { anId } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

const id = anId('con', 1)
const connector: Connector = {
  ...{ id, name: 'Gateway', runtime: 'openclaw', state: 'online', agents: 1, groups: ['read'] },
  gateway: { connected: true, version: '2026.9.6', bootId: null, detail: null },
  ...{ version: '1.0.0', platform: 'linux', tokenHint: 'abcd', clockSkewMs: 0 },
  ...{ health: 'healthy', healthCauses: [], healthSince: null, isFlapping: false },
  ...{ createdAt: '2026-11-20T10:00:00.000Z', connectedAt: null, lastSeenAt: null },
}
const aStep = (name: string, more: object = {}) => ({
  ...{ name, outcome: 'pass', durationMs: 12, detail: 'in English', remedy: null, code: null, params: {} },
  ...{ remedyCode: null, ...more },
})
const failed = aStep('server.tls', {
  outcome: 'fail',
  code: 'error',
  params: { message: 'expired' },
  remedyCode: 'tls',
})

describe('diagnostics on the page of a connector', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    await close()
  })
  const text = () => document.body.textContent ?? ''
  /** What is wrong, beside the button that may be pressed again. */
  const troubleOf = () => button('Run diagnostics')?.closest('section')?.querySelector('[role=alert]')
  const says = (words: string) => until(() => text().includes(words))
  /** The page, with a stream that the test writes to. */
  const open = async (answer?: () => Response) => {
    let writer: ReadableStreamDefaultController<Uint8Array> | undefined
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        writer = controller
      },
    })
    const server = new FakeServer()
    server.intercept = ({ path }) => {
      if (path === `/connectors/${id}`) return Response.json(connector)
      return path === `/connectors/${id}/diagnostics/stream` ? (answer?.() ?? new Response(body)) : undefined
    }
    close = (await openApp(`/connectors/${id}`, server)).close
    await click(() => button('Run diagnostics'))
    const tell = (event: string, data: object) =>
      writer?.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
    return { tell, end: () => writer?.close() }
  }

  it('shows each step as it ends, with its remedy in the person’s language, and then what it comes to', async () => {
    const { tell } = await open()
    await says('0 of 23 steps')
    tell('step', aStep('server.dns', { code: 'resolved', params: { host: 'here', address: '::1' } }))
    await says('1 of 23 steps')
    expect(text()).toContain('Server address resolves')
    tell('step', failed)
    await says('2 of 23 steps')
    expect(document.querySelector('ol[aria-busy=true]')?.textContent).toMatch(/Remedy:.*NODE_EXTRA_CA_CERTS/)
    tell('result', { ranAt: '2026-11-21T10:00:00.000Z', steps: [aStep('server.dns'), failed] })
    await says('1 step failed')
    expect(document.querySelector('ol[aria-busy=true]')).toBe(null)
  })

  it('keeps what was found when the connector leaves in the middle, and says so', async () => {
    const { tell } = await open()
    tell('step', aStep('server.dns'))
    tell('problem', await problem(503, 'unavailable').json())
    await until(() => troubleOf())
    expect(text()).toContain('Server address resolves')
    expect(button('Run diagnostics')?.disabled).toBe(false)
  })

  it('a stream that ends too soon, and a refusal before it, are told', async () => {
    const { end } = await open()
    end()
    await until(() => troubleOf())
    await close()
    await open(() => problem(403, 'forbidden'))
    await until(() => troubleOf())
  })
})
