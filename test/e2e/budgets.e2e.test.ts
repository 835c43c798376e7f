import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Agent } from '../../worker/features/agents/contract.ts'
import { CreatedConnector } from '../../worker/features/connectors/contract.ts'
import { commandGroupsWithChanges } from '../../worker/features/connectors/link/commands/contract.ts'
import { defaultAsk } from '../../worker/features/rules/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { type Simulator, startSimulator } from '../support/gateway-simulator/simulator.ts'
import { connectOperator, type Operator } from '../support/openclaw/operator.ts'
import { launchBrowser } from '../support/product/browser.ts'
import { type Client, owner, ownerEnv, signIn, until } from '../support/product/client.ts'
import { type RunningConnector, startConnector } from '../support/product/connector.ts'
import { endOf, type Server, startServer } from '../support/product/server.ts'

/** What runs cost arrives at budgets that are set in a browser; there they warn, stop agents, ask, and are overridden. */

let browser: Browser | null
let page: Page
let server: Server
let client: Client
let simulator: Simulator
let operator: Operator
let connector: RunningConnector

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startServer({ env: ownerEnv })
  client = await signIn(server.url)
  const gatewayToken = crypto.randomUUID()
  simulator = await startSimulator({ token: gatewayToken })
  simulator.createAgent('Scout')
  operator = await connectOperator(simulator.url, gatewayToken)
  const { token } = await client.post(CreatedConnector, '/connectors', { name: 'laboratory' })
  const gateway = { gateway: simulator.url, gatewayToken, groups: commandGroupsWithChanges }
  connector = startConnector({ server: server.url, token, ...gateway })
  await until('the agents', async () => (await client.get(PageOf(Agent), '/agents')).items.length > 1)
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
/** Otherwise nobody decides on a request of their own, and there is one person here. */
const letOneDecideAlone = async () => {
  const ask = { ...defaultAsk, separationOfDuty: false }
  const rule = { name: 'budgets', condition: 'action == "budget.override"', outcome: { kind: 'ask', ask } }
  const answer = await fetch(`${server.url}/api/v1/approvals/rules`, {
    method: 'PUT',
    headers: { authorization: await client.authorization(), 'content-type': 'application/json', 'if-match': '"0"' },
    body: JSON.stringify({ rules: [rule], note: '' }),
  })
  expect(answer.status, await answer.text()).toBe(200)
}
const Configuration = z.object({
  sourceConfig: z.object({ agents: z.object({ entries: z.record(z.string(), z.record(z.string(), z.unknown())) }) }),
})
const entries = async () => Configuration.parse(await operator.call('config.get', {})).sourceConfig.agents.entries
/** A run in a session of its own, as the gateway keeps the sums of the newest one of each. */
const run = (agent: string, dollars: number, more: { untilAborted?: boolean } = {}) =>
  simulator.startRun({
    ...{ agent, sessionKey: `agent:${agent}:${crypto.randomUUID()}`, ...more },
    usage: { inputTokens: 9_000, outputTokens: 700, estimatedCostUsd: dollars },
  })
const spend = async (agent: string, dollars: number) => (await run(agent, dollars).done).outcome
const press = (name: string, within: Page | ReturnType<Page['getByRole']> = page) =>
  within.getByRole('button', { name, exact: true }).click()
const standing = () => page.getByRole('region', { name: 'This period' })

/** One dollar a month for one agent; what happens then is chosen by its name. */
const setBudget = async (name: string, agent: string, onLimit: string) => {
  await page.goto(`${server.url}/budgets`)
  await press('New budget')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Agent', { exact: true }).click()
  await dialog.getByRole('radio', { name: new RegExp(`^${agent}`, 'i') }).check()
  await dialog.getByLabel('Name', { exact: true }).fill(name)
  await dialog.getByLabel('Limit in US dollars').fill('1')
  await dialog.getByRole('radio', { name: new RegExp(`^${onLimit}`) }).check()
  await press('New budget', dialog)
  await page.getByRole('heading', { name, level: 1 }).waitFor()
}

test('spending moves the bar, warns, stops the agents at the limit, and goes on once more is allowed', async ({
  skip,
}) => {
  needs(skip)
  const before = await entries()
  await setBudget('Main, tightly', 'Main', 'Stop')
  await standing().getByText('$0.00').first().waitFor()
  await spend('main', 0.4)
  await standing().getByText('$0.40').waitFor()
  await standing().getByText('On track').waitFor()
  await spend('main', 0.45)
  await standing().getByText('Approaching').waitFor()
  const open = run('main', 0, { untilAborted: true })
  await standing().getByText('1 run goes on').waitFor()
  await spend('main', 0.3)
  await standing().getByText('Exceeded').waitFor()
  await page.getByText('The limit is reached: its agents are stopped').waitFor()
  expect((await open.done).outcome).toBe('aborted')
  await page.getByRole('link', { name: 'See the stop' }).click()
  await page.getByText(/The agent is stopped, confirmed|agents are stopped, confirmed/).waitFor()
  expect(await entries()).toMatchObject({ main: { tools: { deny: ['*'] } } })
  expect((await entries()).scout).toEqual(before.scout)
  await page.goBack()
  await press('Allow more')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('How much more').fill('5')
  await dialog.getByText('Then $6.00 may be spent in this period.').waitFor()
  await dialog.getByLabel('Reason').fill('the month is not over')
  await press('Allow more', dialog)
  await standing().getByText('On track').waitFor()
  await page.getByText('The limit is reached: its agents are stopped').waitFor({ state: 'detached' })
  await until('the agent as it was', async () => JSON.stringify(await entries()) === JSON.stringify(before))
  for (const words of ['Reached its warning', 'agents stopped', '$5.00 more allowed'])
    await page.getByText(words).first().waitFor()
  const approval = await page.getByRole('link', { name: 'Go to the approval' }).first().getAttribute('href')
  expect(approval).toMatch(/\/approvals\/history\?id=apr_/)
  expect(await spend('main', 0.25)).toBe('talked')
  await standing().getByText('$1.40').waitFor()
})

test('at the limit a budget asks; allowed in the page, its agent goes on without a stop', async ({ skip }) => {
  needs(skip)
  const before = await entries()
  await setBudget('Scout, with care', 'Scout', 'Ask')
  await spend('scout', 1.02)
  await page.getByText('The limit is reached: somebody decides whether to go on').waitFor()
  await page.getByRole('link', { name: 'Go to the approval' }).first().click()
  await page.getByRole('heading', { name: /Let the budget .*Scout, with care.* be passed/ }).waitFor()
  await press('Allow once')
  const second = page.getByRole('dialog')
  await second.getByRole('checkbox').check()
  await press('Allow once, for certain', second)
  await page.goto(`${server.url}/budgets`)
  const row = page.getByRole('listitem').filter({ hasText: 'Scout, with care' })
  await row.getByText('of $1.10').waitFor()
  expect(await row.getByText('Agents stopped').count()).toBe(0)
  expect(await entries()).toEqual(before)
})

test('what was spent is told by day, agent, model and connector', async ({ skip }) => {
  needs(skip)
  await page.goto(`${server.url}/cost`)
  const agents = page.getByRole('table', { name: 'By agent' })
  await agents.getByRole('row', { name: /main.*\$1\.40/ }).waitFor()
  await agents.getByRole('row', { name: /Scout.*\$1\.02/ }).waitFor()
  await page
    .getByRole('table', { name: 'By connector' })
    .getByRole('row', { name: /laboratory.*\$2\.42/ })
    .waitFor()
  await page.getByRole('combobox', { name: 'Range' }).selectOption('1')
  await page.waitForURL(/days=1/)
  await page.getByText('$2.42').first().waitFor()
})
