import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { PackageHeader, PackageManifest } from '../../cbpkg/contract.ts'
import { PackageError } from '../../cbpkg/package-error.ts'
import { writePackage } from '../../cbpkg/write.ts'
import { aFile, aPackage, collect, passphrase, readAll } from '../cbpkg/packages.ts'
import { Vectors, vectors } from '../cbpkg/vectors.ts'
import { installGo, runGo } from '../support/go.ts'
import { launchBrowser } from '../support/product/browser.ts'
import { owner, ownerEnv } from '../support/product/client.ts'
import { type Server, startServer } from '../support/product/server.ts'

/** Packages before a second implementation, in another language and made from docs/design/cbpkg.md alone. */

const judge = join(import.meta.dirname, '../cbpkg/judge')
const hasGo = installGo(console.log)
const browser = await launchBrowser()

const Answer = z.strictObject({
  refusal: z.string().optional(),
  detail: z.string().optional(),
  header: PackageHeader.optional(),
  manifest: PackageManifest.optional(),
  contents: z.record(z.string(), z.string()).optional(),
  file: z.string().optional(),
  vectors: Vectors.optional(),
})
const ask = async (questions: object[]) =>
  (await runGo(judge, JSON.stringify(questions))).map((line) => Answer.parse(JSON.parse(line)))

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const [names = []] = fc.sample(
  fc.uniqueArray(
    fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).map((name) => name.normalize('NFC').toLowerCase()),
    { minLength: 12, maxLength: 12 },
  ),
  { numRuns: 1, seed: 11 },
)
const sizes = [0, 1, 2, 100, 16_383, 16_384, 16_385, 32_768, 50_000, 7, 8, 9]
/** Any text makes a path once what no path may have is taken out. */
const contents = names.map((name, at) => ({
  path: `agents/main/workspace/${at} ${name.replace(/[\p{Cc}\\/:]/gu, '')}`.normalize('NFC'),
  content: randomBytes(sizes[at] ?? 0),
}))

describe.skipIf(!hasGo)('a second implementation in Go', () => {
  // Compiles it, which takes longer than any answer.
  beforeAll(() => runGo(judge, '[]'))

  test('opens what is written here', async () => {
    const written = await Promise.all(
      [0, 1, 3, 12].map(async (count) => {
        const entries = contents.slice(0, count).map(({ path, content }) => aFile(path, content))
        const missing = [{ path: 'agents/main/workspace/\u2028"\\\u0001', reason: 'eine Zeile\nund noch eine' }]
        const { header, manifest, bytes } = await writePackage(aPackage({ entries, missing }))
        return { header, manifest, file: await collect(bytes), count }
      }),
    )
    const answers = await ask(written.map(({ file }) => ({ Kind: 'open', File: base64(file), Passphrase: passphrase })))
    for (const [at, { header, manifest, count }] of written.entries()) {
      const expected = contents.slice(0, count).map(({ path, content }) => [path, base64(content)])
      expect(answers[at]).toEqual({ header, manifest, ...(count > 0 && { contents: Object.fromEntries(expected) }) })
    }
  })

  test('writes what is opened here', async () => {
    const Entries = contents.map(({ path, content }) => ({
      Path: path,
      Section: 'workspace_files',
      Agent: 'main',
      Content: base64(content),
    }))
    const common = { Intent: 'clone', CreatedAt: '2026-11-21T10:00:00.123Z', LogN: 10 }
    const Agents = [{ id: 'main', name: '小管家' }]
    const questions = [0, 1, 12].map((count) => ({
      Kind: 'write',
      Passphrase: 'Ein Paßwort, das u\u0308ber alles geht',
      Package: { ...common, Agents, Entries: Entries.slice(0, count) },
    }))
    const answers = await ask(questions)
    for (const [at, { Package, Passphrase }] of questions.entries()) {
      const read = await readAll(Buffer.from(answers[at]?.file ?? '', 'base64'), Passphrase.normalize('NFC'))
      expect(read.contents).toEqual(Object.fromEntries(Package.Entries.map(({ Path, Content }) => [Path, Content])))
      expect(read.manifest).toMatchObject({ intent: 'clone', agents: Agents, source: { product: 'judge' } })
    }
  })

  test('refuses what is refused here, and for the same reason', async () => {
    const entries = contents.slice(0, 6).map(({ path, content }) => aFile(path, content))
    const file = await collect((await writePackage(aPackage({ entries }))).bytes)
    const changes = fc.oneof(
      fc.nat(file.length - 1).map((cut) => file.slice(0, cut)),
      fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => {
        const copy = file.slice()
        copy[at] = (copy[at] ?? 0) ^ mask
        return copy
      }),
      fc.tuple(fc.nat(600), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => {
        const copy = file.slice()
        copy[at] = (copy[at] ?? 0) ^ mask
        return copy
      }),
      fc.uint8Array({ minLength: 1, maxLength: 40 }).map((more) => new Uint8Array(Buffer.concat([file, more]))),
    )
    const altered = fc.sample(changes, 120)
    const answers = await ask(altered.map((File) => ({ Kind: 'open', File: base64(File), Passphrase: passphrase })))
    for (const [at, bytes] of altered.entries()) {
      const kind = await readAll(bytes).then(
        () => null,
        (error) => (error instanceof PackageError ? error.kind : String(error)),
      )
      expect(answers[at]?.refusal).toBe(kind)
      expect(kind).not.toBeNull()
    }
  })

  test('still makes the fixed examples', async () => {
    const [answer] = await ask([{ Kind: 'vectors' }])
    expect(answer?.vectors).toEqual(vectors)
  })
})

describe.skipIf(!browser)('the page that opens packages', () => {
  let server: Server
  beforeAll(async () => {
    server = await startServer({ env: ownerEnv })
  })
  afterAll(async () => {
    await browser?.close()
    await server.stop()
  })

  test('opens one in a worker under the content security policy, and sends nothing', async () => {
    const entries = contents.map(({ path, content }) => aFile(path, content))
    const soul = aFile('agents/main/workspace/SOUL.md', 'I am careful.')
    const { bytes } = await writePackage(aPackage({ entries: [...entries, soul], logN: 15 }))
    const buffer = Buffer.from(await collect(bytes))
    const context = await browser?.newContext({ locale: 'en-US' })
    const page = await context?.newPage()
    if (!context || !page) throw new Error('no browser')
    const faults: string[] = []
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    page.on('pageerror', (error) => faults.push(String(error)))
    await page.goto(`${server.url}/sign-in?next=/artifacts/open`)
    await page.fill('input[type=email]', owner.email)
    await page.fill('input[type=password]', owner.password)
    await page.press('input[type=password]', 'Enter')
    await page.locator('input[type=file]').waitFor({ state: 'attached' })
    const sent: string[] = []
    page.on('request', (request) => request.method() !== 'GET' && sent.push(request.url()))
    await page.setInputFiles('input[type=file]', { name: 'a.cbpkg', mimeType: 'application/octet-stream', buffer })
    await page.fill('input[type=password]', passphrase)
    await page.press('input[type=password]', 'Enter')
    await page.getByText('every byte was read').waitFor()
    await page.getByRole('button', { name: /^workspace\/SOUL\.md/ }).click()
    expect(await page.locator('textarea').inputValue()).toBe('I am careful.')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download', exact: true }).click()
    expect((await download).suggestedFilename()).toBe('SOUL.md')
    expect({ faults, sent }).toEqual({ faults: [], sent: [] })
    await context.close()
  })
})
