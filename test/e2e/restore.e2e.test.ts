import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Restore } from '../../worker/features/artifacts/restores/contract.ts'
import { CreatedConnector } from '../../worker/features/connectors/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { type Simulator, startSimulator } from '../support/gateway-simulator/simulator.ts'
import { launchBrowser } from '../support/product/browser.ts'
import { type Client, owner, ownerEnv, signIn } from '../support/product/client.ts'
import { runCommand } from '../support/product/command.ts'
import { type Server, startServer } from '../support/product/server.ts'

/** Somebody puts a package back on the machine of a gateway, and another one watches it in a browser. */

const folder = mkdtempSync(join(tmpdir(), 'clawbutler-restore-'))
const passphraseFile = join(folder, 'passphrase')
const file = join(folder, 'gateway.cbpkg')
const passphrase = 'a passphrase that is long enough'
const soul = join(folder, 'workspace-scout', 'SOUL.md')
let browser: Browser | null
let page: Page
let server: Server
let client: Client
let gateway: Simulator
let connectorId = ''
let env: Record<string, string> = {}

beforeAll(async () => {
  writeFileSync(passphraseFile, `${passphrase}\n`)
  browser = await launchBrowser()
  server = await startServer({ env: ownerEnv })
  client = await signIn(server.url)
  gateway = await startSimulator({ token: crypto.randomUUID(), rosterLagMs: 0 })
  gateway.roster.file = join(folder, 'openclaw.json')
  gateway.roster.token = gateway.token
  for (const id of ['main', 'scout']) {
    mkdirSync(join(folder, `workspace-${id}`))
    if (id !== 'main') gateway.roster.create(id, join(folder, `workspace-${id}`))
    gateway.roster.setEntry(id, { name: id, workspace: join(folder, `workspace-${id}`) })
  }
  writeFileSync(soul, 'Calm.\n')
  connectorId = (await client.post(CreatedConnector, '/connectors', { name: 'laboratory' })).connector.id
  const scopes = ['artifacts.read', 'artifacts.write', 'artifacts.restore', 'connectors.read']
  const { secret } = await client.post(z.object({ secret: z.string() }), '/api-keys', { name: 'e2e', scopes })
  env = { CLAWBUTLER_SERVER: server.url, CLAWBUTLER_API_KEY: secret }
  if (!browser) return
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: 'en-US' })
  page = await context.newPage()
  await page.goto(`${server.url}/sign-in`)
  await page.fill('input[type=email]', owner.email)
  await page.fill('input[type=password]', owner.password)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
})

afterAll(async () => {
  await browser?.close()
  await gateway?.close()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const artifact = (...args: string[]) => {
  const place = ['--gateway', gateway.url, '--gateway-token', gateway.token, '--state', join(folder, 'state')]
  return runCommand(['connector', 'artifact', ...args, ...place, '--passphrase-file', passphraseFile], env)
}

test('what the command does on the machine is followed to its end, with the way to its checkpoint', async ({
  skip,
}) => {
  if (!browser) skip('there is no Chromium here')
  expect((await artifact('export', '--out', file)).code).toBe(0)
  writeFileSync(soul, 'Loud.\n')
  await page.goto(`${server.url}/backups/restore`)
  // The file is opened here, so that what is inside can be chosen.
  await page.setInputFiles('input[type=file]', file)
  await page.fill('input[type=password]', passphrase)
  await page.keyboard.press('Enter')
  await page.getByText('2 agents and').waitFor({ timeout: 60_000 })
  await page.getByLabel('scout').check()
  await page.getByText('Run the last command on that machine').waitFor()
  const command = await page.locator('ol code').last().textContent()
  expect(command).toContain(`--mode merge --agents scout --connector ${connectorId}`)
  expect(await page.getByText('0 of 10 done').count()).toBe(1)
  const ran = await artifact('import', file, '--agents', 'scout', '--connector', connectorId, '--yes')
  expect(ran.code, ran.stderr).toBe(0)
  expect(readFileSync(soul, 'utf8')).toBe('Calm.\n')
  await page.getByText('10 of 10 done').waitFor({ state: 'attached', timeout: 30_000 })
  await page.getByText('Read back, and everything is as planned.').first().waitFor()
  await page.getByRole('link', { name: 'What was there before' }).first().click()
  await page.getByText('scout').first().waitFor()
  const [restore] = (await client.get(PageOf(Restore), '/restores')).items
  expect(restore).toMatchObject({ state: 'finished', verified: true, step: 'verify' })
  expect(page.url()).toContain(restore?.checkpointId ?? 'none')
})

test('a critical one is seen to wait for its approval, and nothing is changed before', async ({ skip }) => {
  if (!browser) skip('there is no Chromium here')
  const { allowlist } = gateway
  const { file: rules, hash } = allowlist.get()
  allowlist.set({ ...rules, defaults: { security: 'full' } }, hash)
  await page.goto(`${server.url}/backups/restore`)
  await page.getByLabel('File', { exact: true }).fill('gateway.cbpkg')
  await page.getByText('Run the last command on that machine').waitFor()
  writeFileSync(soul, 'Loud again.\n')
  const waiting = await artifact('import', file, '--mode', 'replace_scope', '--connector', connectorId, '--yes')
  expect([waiting.code, waiting.stderr]).toEqual([1, expect.stringContaining('It waits for approval')])
  await page.getByText('It is critical and waits until somebody allows exactly this plan.').first().waitFor()
  expect(await page.getByText('1 of 10 done').count()).toBe(1)
  expect(readFileSync(soul, 'utf8')).toBe('Loud again.\n')
})
