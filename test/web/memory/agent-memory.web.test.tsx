import { afterEach, describe, expect, it } from 'vitest'
import '../../../web/features/agents/agent-page.tsx'
import '../../../web/features/memory/agent-memory-tab.tsx'
import type { MemoryFile } from '../../../worker/features/memory/contract.ts'
import '../support/loaded-pages.ts'
import { aConnector, anAgent, away, live } from '../support/agents.ts'
import { FakeServer, problem } from '../support/fake-server.ts'
import { button, click, openApp } from '../support/open-app.tsx'
import { type } from '../support/rules.ts'
import { until } from '../support/until.ts'

const at = '2026-11-21T10:00:00.000Z'
const [agent, connector] = [anAgent(), aConnector()]
const { id } = agent
const aFile = (content: string, hash: string, given: Partial<MemoryFile> = {}): MemoryFile => ({
  ...{ path: 'MEMORY.md', sizeBytes: content.length, updatedAt: at, isMissing: false, hash: hash.repeat(64), content },
  ...{ redactions: 0, freshness: live, ...given },
})

describe('the memory of an agent', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    await close()
  })
  const text = () => document.body.textContent ?? ''
  const says = (words: string) => until(() => text().includes(words))
  const editor = () => document.querySelector<HTMLTextAreaElement>('section[aria-label="MEMORY.md"] textarea')
  const write = async (words: string) => {
    const field = editor()
    if (field) await type(field, words)
  }
  const open = async (
    state: { file: MemoryFile; isAway?: boolean; files?: string[]; put?: () => Response },
    { role = 'owner', search = '?file=MEMORY.md' }: { role?: FakeServer['role']; search?: string } = {},
  ) => {
    const server = new FakeServer()
    server.role = role
    server.intercept = ({ method, path }) => {
      if (path === `/agents/${id}`) return Response.json(agent)
      if (path === `/connectors/${connector.id}`)
        return Response.json({ ...connector, gateway: { ...connector.gateway, connected: !state.isAway } })
      if (path === `/agents/${id}/memory/files`) {
        const files = (state.files ?? ['MEMORY.md']).map((name) => ({ path: name, sizeBytes: 4, updatedAt: at }))
        return Response.json({ files, isComplete: true, reach: 'all', freshness: state.isAway ? away : live })
      }
      if (path === `/agents/${id}/memory/files/MEMORY.md`)
        return method === 'PUT' ? (state.put?.() ?? problem(503, 'unavailable')) : Response.json(state.file)
      return undefined
    }
    close = (await openApp(`/agents/${id}/memory${search}`, server)).close
    return server
  }

  it('is saved upon what was read, and shows what was read back', async () => {
    const state = { file: aFile('one', 'a'), put: () => Response.json({ change: null, file: aFile('two', 'b') }) }
    const server = await open(state)
    await until(() => editor()?.value === 'one' && !editor()?.readOnly)
    expect(button('Save')?.disabled).toBe(true)
    await write('two')
    state.file = aFile('two', 'b')
    await click(button('Save'))
    await until(() => button('Save')?.disabled && editor()?.value === 'two')
    const [sent] = server.callsOf(`PUT /agents/${id}/memory/files/MEMORY.md`)
    expect(sent?.body).toEqual({ content: 'two', expectedHash: 'a'.repeat(64) })
  })

  it('that was written meanwhile is laid beside mine, and nothing is sent until somebody has chosen', async () => {
    const answers = [problem(409, 'stale'), Response.json({ change: null, file: aFile('mine', 'c') })]
    const state = { file: aFile('one', 'a'), put: () => answers.shift() ?? problem(503, 'unavailable') }
    const server = await open(state)
    await until(() => editor()?.value === 'one' && !editor()?.readOnly)
    await write('mine')
    state.file = aFile('theirs', 'b')
    await click(button('Save'))
    const conflict = await until(() => document.querySelector('section.border-high\\/40'))
    expect(conflict.textContent).toContain('theirs')
    expect(button('Save')?.disabled).toBe(true)
    await click(conflict.querySelector('.btn-primary'))
    await click(button('Save'))
    await until(() => server.callsOf(`PUT /agents/${id}/memory/files/MEMORY.md`).length === 2)
    const [, second] = server.callsOf(`PUT /agents/${id}/memory/files/MEMORY.md`)
    expect(second?.body).toEqual({ content: 'mine', expectedHash: 'b'.repeat(64) })
  })

  it('is not lost when the gateway is busy: the text stays, and may be sent again', async () => {
    await open({ file: aFile('one', 'a') })
    await until(() => editor()?.value === 'one' && !editor()?.readOnly)
    await write('two')
    await click(button('Save'))
    await until(() => document.querySelector('section[aria-label="MEMORY.md"] [role=alert]'))
    expect([editor()?.value, button('Save')?.disabled]).toEqual(['two', false])
  })

  it('is only looked at while the gateway is away, and by who may not change it', async () => {
    await open({ file: aFile('one', 'a', { freshness: away }), isAway: true })
    await until(() => editor()?.value === 'one')
    expect([editor()?.readOnly, button('Remove')]).toEqual([true, undefined])
    await close()
    await open({ file: aFile('one', 'a') }, { role: 'viewer' })
    await says('your role cannot look at it')
  })

  it('with a hidden passage is replaced as a whole or not at all', async () => {
    await open({ file: aFile('key __OPENCLAW_REDACTED__', 'a', { redactions: 1 }) })
    await says('1 passage looks like a credential')
    await write('more __OPENCLAW_REDACTED__')
    expect(button('Save')?.disabled).toBe(true)
  })

  it('that is empty says what will appear, and one that cannot be read says so', async () => {
    await open({ file: aFile('', 'a'), files: [] }, { search: '' })
    await says('No memory yet')
    await close()
    const server = new FakeServer()
    server.intercept = ({ path }) => {
      if (path === `/agents/${id}`) return Response.json(agent)
      return path === `/agents/${id}/memory/files` ? problem(503, 'unavailable') : undefined
    }
    close = (await openApp(`/agents/${id}/memory`, server)).close
    await says('The memory could not be read')
  })
})
