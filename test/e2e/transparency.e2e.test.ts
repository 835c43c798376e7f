import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { ConsistencyProof, InclusionProof } from '../../worker/features/audit/log/contract.ts'
import { Page } from '../../worker/platform/contract.ts'
import { installGo, runGo } from '../support/go.ts'
import { launchBrowser } from '../support/product/browser.ts'
import { type Client, ownerEnv, signIn } from '../support/product/client.ts'
import { type Server, startServer } from '../support/product/server.ts'

/** The log of the running product before the reference implementation of transparency logs, which nobody here wrote. */

const judge = join(import.meta.dirname, '../tlog/judge/main.go')
const hasGo = installGo(console.log)
const browser = await launchBrowser()
const events = 300

let server: Server
let client: Client

const text = async (path: string): Promise<string> => {
  const answer = await fetch(`${server.url}/api/v1/audit/${path}`, {
    headers: { authorization: await client.authorization() },
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return answer.text()
}
const bundle = async (n: number, width: string): Promise<string[]> => {
  const answer = await fetch(`${server.url}/api/v1/audit/log/tile/entries/00${n}${width}`, {
    headers: { authorization: await client.authorization() },
  })
  const bytes = Buffer.from(await answer.arrayBuffer())
  const entries: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt16BE(at)
    entries.push(bytes.subarray(at + 2, at + 2 + length).toString('base64'))
    at += 2 + length
  }
  return entries
}
const hashOf = (hex: string) => Buffer.from(hex, 'hex').toString('base64')

beforeAll(async () => {
  server = await startServer({ env: ownerEnv })
  client = await signIn(server.url)
  for (let n = 0; n < events; n += 1)
    await client.post(z.unknown(), '/api-keys', { name: `key ${n}`, scopes: ['agents.read'], expiresInDays: 1 })
})

afterAll(async () => {
  await browser?.close()
  await server.stop()
})

describe.skipIf(!hasGo)('golang.org/x/mod/sumdb', () => {
  test('accepts checkpoint, tree, and proofs of inclusion and consistency, and refuses what was altered', async () => {
    const { items } = await client.get(Page(AuditEntry), '/audit/events?limit=1')
    const head = items[0]?.seq ?? 0
    expect(head).toBeGreaterThanOrEqual(events)
    const proofs = await Promise.all(
      [1, 2, 255, 256, 257, head].map((seq) => client.get(InclusionProof, `/audit/proofs/inclusion?seq=${seq}`)),
    )
    const consistencies = await Promise.all(
      [1, 2, 100, 256, 257].map((from) => client.get(ConsistencyProof, `/audit/proofs/consistency?from=${from}`)),
    )
    const note = await text('log/checkpoint')
    const [, size = '', root = ''] = note.split('\n')
    const width = Number(size) - 256
    const entries = [...(await bundle(0, '')), ...(await bundle(1, `.p/${width}`))]
    const keys = (await text('log/vkey')).trim().split('\n')
    const ask = { Kind: 'note', Note: note, Keys: keys, Size: Number(size), Root: root }
    const included = proofs.map(({ proof, size: Size, root: Root, index, leafHash }) => ({
      Kind: 'inclusion',
      Proof: proof,
      Size,
      Root,
      Index: index,
      Leaf: hashOf(leafHash),
    }))
    const grown = consistencies.map(({ proof, to, toRoot, from, fromRoot }) => ({
      Kind: 'consistency',
      Proof: proof,
      Size: to,
      Root: toRoot,
      Older: from,
      OldRoot: fromRoot,
    }))
    const honest = [ask, { Kind: 'root', Entries: entries, Root: root }, ...included, ...grown]
    const altered = [
      { ...ask, Note: note.replace(`\n${size}\n`, `\n${Number(size) - 1}\n`) },
      { Kind: 'root', Entries: [...entries.slice(0, -1), entries[0]], Root: root },
      ...included.map((question) => ({ ...question, Leaf: hashOf('00'.repeat(32)) })),
      ...grown.map((question) => ({ ...question, OldRoot: hashOf('00'.repeat(32)) })),
    ]
    const verdicts = await runGo(judge, JSON.stringify([...honest, ...altered]))
    expect(verdicts.slice(0, honest.length)).toEqual(honest.map(() => 'ok'))
    expect(verdicts.slice(honest.length)).toHaveLength(altered.length)
    expect(verdicts.slice(honest.length)).not.toContain('ok')
  })
})

describe.skipIf(!browser)('the page that verifies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'verifier-'))
  const verdict = async (name: string, log: string, key: string): Promise<string> => {
    const context = await browser?.newContext({ locale: 'en-US', offline: true })
    const page = await context?.newPage()
    if (!context || !page) throw new Error('no browser')
    const faults: string[] = []
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    page.on('pageerror', (error) => faults.push(String(error)))
    writeFileSync(join(folder, name), log)
    await page.goto(`file://${join(folder, 'verify.html')}`)
    await page.fill('#keys', key)
    await page.setInputFiles('input[type=file]', join(folder, name))
    const headline = await page.locator('h2').textContent()
    await context.close()
    expect(faults).toEqual([])
    return headline ?? ''
  }

  test('taken home and opened without a network, accepts the export and finds what was altered', async () => {
    writeFileSync(join(folder, 'verify.html'), await (await fetch(`${server.url}/verify.html`)).text())
    const log = await text('export')
    const [key = ''] = (await text('log/vkey')).split('\n')
    expect(await verdict('honest.jsonl', log, key)).toContain('Verified')
    expect(await verdict('alone.jsonl', log, '')).toContain('agrees with itself')
    expect(await verdict('altered.jsonl', log.replace('agents.read', 'agents.rule'), key)).toContain('does not verify')
    expect(await verdict('cut.jsonl', log.slice(0, log.lastIndexOf('{"seq"')), key)).toContain('does not verify')
  })
})
