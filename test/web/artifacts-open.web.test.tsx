import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { groupsOf } from '../../web/features/artifacts/open/groups.ts'
import '../../web/features/artifacts/open/open-page.tsx'
import { textOf } from '../../web/features/artifacts/open/text-of.ts'
import { aFile, fileOf, passphrase } from '../cbpkg/packages.ts'
import './support/loaded-pages.ts'
import { acting } from './support/acting.ts'
import { FakeServer } from './support/fake-server.ts'
import { chooseFile, NearWorker } from './support/near-worker.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

const shown = () => document.body.textContent ?? ''
const unlock = async (given: string) => {
  const input = document.querySelector<HTMLInputElement>('input[type=password]')
  await acting(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, given)
    input?.dispatchEvent(new Event('input', { bubbles: true }))
  })
  await click(button('Open'))
}

let server: FakeServer
let close: () => Promise<void>
beforeEach(async () => {
  vi.stubGlobal('Worker', NearWorker)
  server = new FakeServer()
  close = (await openApp('/artifacts/open', server)).close
})
afterEach(async () => {
  await close()
  vi.unstubAllGlobals()
})

const entries = [
  aFile('global/models.json', '{"default":"x"}'),
  aFile('agents/main/workspace/SOUL.md', 'I am careful.'),
  aFile('agents/main/workspace/logo.png', new Uint8Array([0x89, 0x50, 0, 0xff])),
]

describe('a package in the browser', () => {
  it('is chosen, unlocked, checked and looked at, and nothing is sent', async () => {
    await chooseFile(
      await fileOf({ entries, missing: [{ path: 'agents/main/workspace/big.iso', reason: 'too large' }] }),
    )
    await until(() => shown().includes('inside, encrypted'))
    const calls = server.calls.length
    await unlock(passphrase)
    await until(() => shown().includes('every byte was read'))
    expect(shown()).toContain('The whole gateway')
    expect(shown()).toContain('big.iso')
    await click(button('workspace/SOUL.md'))
    await until(() => document.querySelector('textarea')?.value === 'I am careful.')
    expect(shown()).toContain('There are secrets in this package')
    await click(button('Close'))
    await click(button('workspace/logo.png'))
    await until(() => shown().includes('This is no text'))
    expect(server.calls.slice(calls).filter(({ method }) => method !== 'GET')).toEqual([])
    expect(JSON.stringify(server.calls)).not.toContain(passphrase)
  })

  it('with another passphrase stays closed and can be tried again', async () => {
    await chooseFile(await fileOf({ entries }))
    await until(() => document.querySelector('input[type=password]'))
    await unlock('not the passphrase')
    await until(() => shown().includes('This is not the passphrase'))
    expect(shown()).not.toContain('SOUL.md')
    await unlock(passphrase)
    await until(() => shown().includes('every byte was read'))
  })

  it('whose contents were altered says so, and is not called whole', async () => {
    const file = await fileOf({ entries: [...entries, aFile('agents/main/workspace/z', randomBytes(40_000))] })
    file[file.length - 1] = (file[file.length - 1] ?? 0) ^ 1
    await chooseFile(file)
    await until(() => document.querySelector('input[type=password]'))
    await unlock(passphrase)
    await until(() => shown().includes('Not to be used'))
    expect(shown()).toContain('altered or damaged')
    expect(shown()).not.toContain('every byte was read')
  })

  it('that is none is refused before a passphrase is asked for', async () => {
    await chooseFile(new Uint8Array(Buffer.from('PK\u0003\u0004 a zip')), 'notes.zip')
    await until(() => shown().includes('This is no ClawButler package'))
    expect(document.querySelector('input[type=password]')).toBeNull()
    const future = await fileOf({ entries })
    future[6] = 3
    await chooseFile(future)
    await until(() => shown().includes('made by a newer version'))
  })

  it('is forgotten with its keys when another is wanted', async () => {
    await chooseFile(await fileOf({ entries }))
    await until(() => document.querySelector('input[type=password]'))
    await unlock(passphrase)
    await until(() => shown().includes('every byte was read'))
    const before = NearWorker.ended
    await click(button('Another file'))
    expect(NearWorker.ended).toBe(before + 1)
    expect(shown()).not.toContain('SOUL.md')
  })
})

describe('what is shown of it', () => {
  it('is grouped by agent and found by path', () => {
    const entry = (path: string, agent: string | null) => ({
      path,
      agent,
      size: 1,
      digest: '',
      section: 'models' as const,
    })
    const manifest = {
      agents: [
        { id: 'b', name: 'B' },
        { id: 'a', name: 'A' },
        { id: 'c', name: 'C' },
      ],
      entries: [entry('agents/a/x', 'a'), entry('global/models.json', null), entry('agents/b/X', 'b')],
    }
    const outline = (query: string) =>
      groupsOf(manifest, query).map(({ agent, entries: found }) => [agent?.id ?? null, found.map(({ index }) => index)])
    expect(outline('')).toEqual([
      [null, [1]],
      ['b', [2]],
      ['a', [0]],
    ])
    expect(outline('x')).toEqual([
      ['b', [2]],
      ['a', [0]],
    ])
    expect(outline('nowhere')).toEqual([])
  })

  it('is text where it is text, JSON laid out, and cut where it is long', () => {
    const bytes = (text: string) => new TextEncoder().encode(text)
    expect(textOf('a.json', bytes('{"a":1}'))).toMatchObject({ text: '{\n  "a": 1\n}', isCut: false })
    expect(textOf('a.json', bytes('{"a":'))).toMatchObject({ text: '{"a":' })
    expect(textOf('a', new Uint8Array([0xff, 0xfe]))).toEqual({ kind: 'binary' })
    expect(textOf('a', bytes('a\0b'))).toEqual({ kind: 'binary' })
    const long = textOf('a', bytes('字'.repeat(100_000)))
    expect(long).toMatchObject({ kind: 'text', isCut: true })
  })
})
