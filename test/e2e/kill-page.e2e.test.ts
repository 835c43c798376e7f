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
import { type Client, owner, ownerEnv, signIn, until } from '../support/product/client.ts'
import { type RunningConnector, startConnector } from '../support/product/connector.ts'
import { endOf, type Server, startServer } from '../support/product/server.ts'

/** Agents are stopped, put back and rehearsed in a browser; what their gateway then holds is asked by somebody else. */

let browser: Browser | null
let page: Page
let server: Server
let client: Client
let simulator: Simulator
let operator: Operator
let connector: RunningConnector
let token = ''
let connectorId = ''
const gatewayToken = crypto.randomUUID()

const dial = () => {
  connector = startConnector({
    ...{ server: server.url, token, gateway: simulator.url, gatewayToken, groups: commandGroupsWithChanges },
    ...(connector ? { stateDir: connector.stateDir } : {}),
  })
}

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startServer({ env: ownerEnv })
  client = await signIn(server.url)
  simulator = await startSimulator({ token: gatewayToken })
  simulator.createAgent('Scout')
  operator = await connectOperator(simulator.url, gatewayToken)
  const created = await client.post(CreatedConnector, '/connectors', { name: 'laboratory' })
  token = created.token
  connectorId = created.connector.id
  dial()
  await until('the agents', async () => (await client.get(PageOf(Agent), '/agents')).items.length > 1)
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
  sourceConfig: z.object({ agents: z.object({ entries: z.record(z.string(), z.record(z.string(), z.unknown())) }) }),
})
const entries = async () => Configuration.parse(await operator.call('config.get', {})).sourceConfig.agents.entries
const closed = { tools: { deny: ['*'] }, heartbeat: { every: '0m' } }
/** Everything behind the laboratory's connector, by the button that stands on every page, held for as long as it asks. */
const stopConnector = async (reason: string) => {
  await page.getByRole('button', { name: 'Stop', exact: true }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Connector', { exact: true }).click()
  await dialog.getByRole('combobox').first().selectOption(connectorId)
  await dialog.getByPlaceholder('Why').fill(reason)
  const hold = dialog.getByRole('button', { name: /Hold|Keep holding/ })
  await hold.hover()
  await page.mouse.down()
  await page.waitForURL(/\/kill-switch\/kil_/)
  await page.mouse.up()
}
const recover = async () => {
  await page.getByRole('button', { name: 'Recover' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').first().fill('laboratory')
  await dialog.getByRole('textbox').last().fill('looked into')
  await dialog.getByRole('button', { name: 'Recover' }).click()
}

test('held in the browser, agents are stopped by evidence, and put back exactly by the typed name', async ({
  skip,
}) => {
  needs(skip)
  const before = await entries()
  const run = simulator.startRun({ agent: 'scout', untilAborted: true })
  await page.goto(`${server.url}/kill-switch`)
  await stopConnector('it runs wild')
  await page.getByText(/agents are stopped, confirmed by their gateways/).waitFor()
  expect((await run.done).outcome).toBe('aborted')
  expect(await entries()).toMatchObject({ main: closed, scout: closed })
  const evidence = page.locator('details').filter({ hasText: 'Scout' })
  await evidence.locator('summary').click()
  await evidence.getByText('No plugin of ours is loaded there that refuses runs.').first().waitFor()
  await recover()
  await page.getByText('Recovered; this order is over').waitFor()
  await evidence.getByText('Compared with the saved record: exactly the same.').waitFor()
  expect(await entries()).toEqual(before)
})

test('a connector that is away is said to be not reached, and is stopped when it is back', async ({ skip }) => {
  needs(skip)
  await endOf(connector.child)
  await page.goto(`${server.url}/kill-switch`)
  await page.getByText('Connector offline').waitFor()
  await stopConnector('nobody is there')
  await page.getByText('1 connector cannot be reached: agents there may still be running.').waitFor()
  await page.getByRole('alert').getByText('before anything else when the connector is back').waitFor()
  expect((await entries()).scout ?? {}).not.toMatchObject(closed)
  dial()
  await page.getByText(/agents are stopped, confirmed by their gateways/).waitFor()
  expect(await entries()).toMatchObject({ main: closed, scout: closed })
  await recover()
  await page.getByText('Recovered; this order is over').waitFor()
})

test('a drill is begun in the browser, passes, and says how long it took', async ({ skip }) => {
  needs(skip)
  await page.goto(`${server.url}/kill-switch`)
  const before = await entries()
  await page.getByText('Never proven by a drill').waitFor()
  await page.getByRole('button', { name: 'Start a drill' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Start a drill' }).click()
  const drill = page.locator('details').filter({ hasText: 'laboratory' })
  await drill.getByText('Passed').waitFor()
  await drill.locator('summary').click()
  await drill.getByText(/Confirmed after .+, put back after/).waitFor()
  await page.getByText('Never proven by a drill').waitFor({ state: 'hidden' })
  expect(await entries()).toEqual(before)
})
