import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Agent } from '../../worker/features/agents/contract.ts'
import { CreatedConnector } from '../../worker/features/connectors/contract.ts'
import { commandGroupsWithChanges } from '../../worker/features/connectors/link/commands/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { type Simulator, startSimulator } from '../support/gateway-simulator/simulator.ts'
import { connectOperator, type Operator } from '../support/openclaw/operator.ts'
import { launchBrowser } from '../support/product/browser.ts'
import { owner, ownerEnv, signIn, until } from '../support/product/client.ts'
import { type RunningConnector, startConnector } from '../support/product/connector.ts'
import { endOf, type Server, startServer } from '../support/product/server.ts'

/** An agent is changed in a browser, and its gateway is asked by somebody else what it holds. */

let browser: Browser | null
let page: Page
let server: Server
let simulator: Simulator
let operator: Operator
let connector: RunningConnector
let agent: Agent

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startServer({ env: ownerEnv })
  const client = await signIn(server.url)
  const gatewayToken = crypto.randomUUID()
  simulator = await startSimulator({ token: gatewayToken })
  operator = await connectOperator(simulator.url, gatewayToken)
  const { token } = await client.post(CreatedConnector, '/connectors', { name: 'laboratory' })
  connector = startConnector({
    server: server.url,
    token,
    gateway: simulator.url,
    gatewayToken,
    groups: commandGroupsWithChanges,
  })
  agent = await until('the agent', async () => (await client.get(PageOf(Agent), '/agents')).items.at(0))
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
  operator?.close()
  if (connector) await endOf(connector.child)
  await simulator?.close()
  await server?.stop()
})

const needs = (skip: (reason: string) => void) => {
  if (!browser) skip('there is no Chromium here')
}
const Configuration = z.object({
  hash: z.string(),
  sourceConfig: z.object({ agents: z.object({ entries: z.record(z.string(), z.record(z.string(), z.unknown())) }) }),
})
const configuration = async () => Configuration.parse(await operator.call('config.get', {}))
const entry = async () => (await configuration()).sourceConfig.agents.entries[agent.externalId]
const somebodyElsePatches = async (patch: object) => {
  const { hash } = await configuration()
  const raw = JSON.stringify({ agents: { entries: { [agent.externalId]: patch } } })
  await operator.call('config.patch', {
    raw,
    baseHash: hash,
    replacePaths: [`agents.entries.${agent.externalId}.tools.deny`],
  })
}
const open = (path: string) => page.goto(`${server.url}/agents/${agent.id}${path}`)
const save = async () => {
  await page.getByRole('button', { name: 'Preview and save' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('tools.deny').first().waitFor()
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Confirmed by the gateway at').waitFor()
}

test('a tool is denied in the browser: previewed, saved, confirmed, and so at the gateway', async ({ skip }) => {
  needs(skip)
  await open('/tools')
  await page.getByRole('button', { name: 'Deny exec' }).click()
  await page.getByText('1 unsaved change').waitFor()
  expect(await entry()).not.toHaveProperty('tools')
  await save()
  expect(await entry()).toMatchObject({ tools: { deny: ['exec'] } })
  await page.getByText('1 unsaved change').waitFor({ state: 'hidden' })
})

test('what somebody else changed at the same path meanwhile is shown beside mine, and I choose', async ({ skip }) => {
  needs(skip)
  await open('/tools')
  await page.getByRole('button', { name: 'Deny read' }).click()
  await somebodyElsePatches({ tools: { deny: ['write'] } })
  await page.getByRole('button', { name: 'Preview and save' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Compare' }).click()
  const dialog = page.getByRole('dialog', { name: 'Somebody changed the same' })
  await dialog.getByText('["write"]').waitFor()
  await dialog.getByText('["exec","read"]').waitFor()
  expect(await entry()).toMatchObject({ tools: { deny: ['write'] } })
  await dialog.getByRole('button', { name: 'Merge as chosen' }).click()
  await save()
  expect(await entry()).toMatchObject({ tools: { deny: ['exec', 'read'] } })
})

test('a file is written in the browser, and a newer one at the gateway is not overwritten unseen', async ({ skip }) => {
  needs(skip)
  const File = z.object({ file: z.looseObject({ content: z.string().optional() }) })
  const atGateway = async () =>
    File.parse(await operator.call('agents.files.get', { agentId: agent.externalId, name: 'SOUL.md' })).file.content
  await open('/files?file=SOUL.md')
  const text = page.getByRole('textbox', { name: 'SOUL.md' })
  await text.fill('Be kind.\nBe brief.')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Confirmed by the gateway at').waitFor()
  expect(await atGateway()).toBe('Be kind.\nBe brief.')
  await text.fill('Be kind.\nBe very brief.')
  await operator.call('agents.files.set', { agentId: agent.externalId, name: 'SOUL.md', content: 'Be kind.\nBe long.' })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const conflict = page.getByRole('region', { name: 'This file changed while you were editing' })
  await conflict.getByText('Be long.').waitFor()
  expect(await atGateway()).toBe('Be kind.\nBe long.')
  await conflict.getByRole('button', { name: 'Go on with mine' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Confirmed by the gateway at').waitFor()
  expect(await atGateway()).toBe('Be kind.\nBe very brief.')
})
