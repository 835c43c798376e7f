import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Agent } from '../../worker/features/agents/contract.ts'
import { CreatedConnector } from '../../worker/features/connectors/contract.ts'
import { commandGroupsWithChanges } from '../../worker/features/connectors/link/commands/contract.ts'
import { defaultAsk } from '../../worker/features/rules/contract.ts'
import { AgentDrift, Snapshot } from '../../worker/features/snapshots/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { type Simulator, startSimulator } from '../support/gateway-simulator/simulator.ts'
import { connectOperator, type Operator } from '../support/openclaw/operator.ts'
import { launchBrowser } from '../support/product/browser.ts'
import { type Client, owner, ownerEnv, signIn, until } from '../support/product/client.ts'
import { type RunningConnector, startConnector } from '../support/product/connector.ts'
import { endOf, type Server, startServer } from '../support/product/server.ts'

/** Somebody changes an agent at its gateway, and in a browser it is found, looked at and put back. */

let browser: Browser | null
let page: Page
let server: Server
let client: Client
let simulator: Simulator
let operator: Operator
let connector: RunningConnector
let agent: Agent
let first: unknown

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startServer({ env: ownerEnv })
  client = await signIn(server.url)
  const gatewayToken = crypto.randomUUID()
  simulator = await startSimulator({ token: gatewayToken })
  operator = await connectOperator(simulator.url, gatewayToken)
  const { token } = await client.post(CreatedConnector, '/connectors', { name: 'laboratory' })
  const gateway = { gateway: simulator.url, gatewayToken, groups: commandGroupsWithChanges }
  connector = startConnector({ server: server.url, token, ...gateway })
  agent = await until('the agent', async () => (await client.get(PageOf(Agent), '/agents')).items.at(0))
  await client.post(AgentDrift, `/agents/${agent.id}/drift-check`, {})
  first = await entry()
  await letOneDecideAlone()
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
const somebodyChanges = async (patch: object) => {
  const { hash } = await configuration()
  const raw = JSON.stringify({ agents: { entries: { [agent.externalId]: patch } } })
  await operator.call('config.patch', { raw, baseHash: hash })
}
const open = (path: string) => page.goto(`${server.url}/agents/${agent.id}${path}`)
const versions = async () => (await client.get(PageOf(Snapshot), `/agents/${agent.id}/versions`)).items
/** Otherwise nobody decides on a request of their own, and there is one person here. */
const letOneDecideAlone = async () => {
  const ask = { ...defaultAsk, separationOfDuty: false }
  const rule = { name: 'rollbacks', condition: 'action == "config.rollback"', outcome: { kind: 'ask', ask } }
  const answer = await fetch(`${server.url}/api/v1/approvals/rules`, {
    method: 'PUT',
    headers: { authorization: await client.authorization(), 'content-type': 'application/json', 'if-match': '"0"' },
    body: JSON.stringify({ rules: [rule], note: '' }),
  })
  expect(answer.status, await answer.text()).toBe(200)
}
const drift = () => page.getByRole('region', { name: 'Its configuration was changed at the gateway' })
const dialog = () => page.getByRole('dialog', { name: 'Go back to version 1' })
const press = (name: string, within: Page | ReturnType<Page['getByRole']> = page) =>
  within.getByRole('button', { name, exact: true }).click()

test('changed by hand at the gateway it is drift on the page, and put back it is the version by hash', async ({
  skip,
}) => {
  needs(skip)
  await open('/history')
  await page.getByText('Matches the baseline (version 1)').waitFor()
  await somebodyChanges({ name: 'Tampered', tools: { deny: ['read'] } })
  await press('Check now')
  await drift().getByText('the baseline is version 1').waitFor()
  await drift().getByRole('link', { name: 'See what differs' }).click()
  const differs = page.getByRole('region', { name: 'What differs' })
  await differs.getByText('tools.deny').waitFor()
  await drift().getByRole('link', { name: 'Restore' }).click()
  await dialog().getByText('What is live now is saved as version 2').waitFor()
  await press('Go back', dialog())
  await dialog().getByText('Read back from the gateway and verified').waitFor()
  await press('Close', dialog())
  await drift().waitFor({ state: 'detached' })
  expect(await entry()).toEqual(first)
  const [newest, , oldest] = await versions()
  expect(newest).toMatchObject({ version: 3, cause: 'rollback', restores: 1, hash: oldest?.hash })
})

test('the undoing is undone', async ({ skip }) => {
  needs(skip)
  await open('/history?rollback=2')
  const again = page.getByRole('dialog', { name: 'Go back to version 2' })
  await press('Go back', again)
  await again.getByText('Read back from the gateway and verified').waitFor()
  expect(await entry()).toMatchObject({ name: 'Tampered', tools: { deny: ['read'] } })
  await press('Undo: back to version 3', again)
  const undo = page.getByRole('dialog', { name: 'Go back to version 3' })
  await press('Go back', undo)
  await undo.getByText('Read back from the gateway and verified').waitFor()
  expect(await entry()).toEqual(first)
})

test('a critical one waits for an approval that is decided in the page, and then goes through', async ({ skip }) => {
  needs(skip)
  await somebodyChanges({ sandbox: { mode: 'off' } })
  await open('/history?rollback=1')
  await press('Ask for approval', dialog())
  await dialog().getByText('Waiting for approval').waitFor()
  expect(await entry()).toMatchObject({ sandbox: { mode: 'off' } })
  await dialog().getByRole('link', { name: 'Go to the approval' }).click()
  await page.getByRole('link', { name: 'What going back would change' }).waitFor()
  await press('Allow once')
  const second = page.getByRole('dialog')
  await second.getByRole('checkbox').check()
  await press('Allow once, for certain', second)
  await until('the decision', async () => {
    const { items } = await client.get(PageOf(z.object({ state: z.string() })), `/approvals?agentId=${agent.id}`)
    return items[0] && items[0].state !== 'pending'
  })
  await open('/history')
  await page.getByText('is approved and not done yet').waitFor()
  await press('Go on')
  await press('Go back', dialog())
  await dialog().getByText('Read back from the gateway and verified').waitFor()
  expect(await entry()).toEqual(first)
  const [newest] = await versions()
  expect(newest?.approvalId).toMatch(/^apr_/)
})

test('while the gateway is away nothing is put back, and a sentence says so', async ({ skip }) => {
  needs(skip)
  await endOf(connector.child)
  await open('/history?rollback=2')
  await page.getByText('Nothing is queued').waitFor()
  expect(await page.getByRole('dialog').getByRole('button', { name: 'Go back', exact: true }).count()).toBe(0)
})
