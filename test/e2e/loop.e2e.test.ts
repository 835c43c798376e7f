import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Agent } from '../../worker/features/agents/contract.ts'
import { Approval } from '../../worker/features/approvals/contract.ts'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { type Gateway, startGateway } from '../support/openclaw/gateway.ts'
import { installOpenClaw } from '../support/openclaw/install.ts'
import { connectOperator, startRun, waitForRun } from '../support/openclaw/operator.ts'
import { launchBrowser } from '../support/product/browser.ts'
import { type Client, owner, ownerEnv, signIn, until } from '../support/product/client.ts'
import { type RunningConnector, startConnector } from '../support/product/connector.ts'
import { endOf, type Server, startServer } from '../support/product/server.ts'
import { type StubModel, startStubModel } from '../support/stub-model.ts'
import { decisionTests } from './decisions.ts'

/** The whole way, with nothing stood in for but the model: each test goes on where the one before ended. */

const Approvals = PageOf(Approval)
const missing: { browser?: string; gateway?: string } = {}
let server: Server
let client: Client
let model: StubModel
let gateway: Gateway
let browser: Browser
let page: Page
let connector: RunningConnector
let connectorToken: string

beforeAll(async () => {
  const found = await launchBrowser()
  if (found) browser = found
  else missing.browser = 'Chromium is not installed'
  server = await startServer({ env: ownerEnv })
  client = await signIn(server.url)
  try {
    const command = await installOpenClaw(console.log)
    model = await startStubModel()
    gateway = await startGateway({ command, modelUrl: model.url })
  } catch (error) {
    missing.gateway = `the OpenClaw gateway did not start: ${String(error).slice(0, 500)}`
  }
})

afterAll(async () => {
  await browser?.close()
  if (connector) await endOf(connector.child)
  await gateway?.stop()
  await model?.close()
  await server?.stop()
})

const needs = (skip: (reason: string) => void) => {
  const reason = missing.browser ?? missing.gateway
  if (reason) skip(reason)
}

const allEvents = async (): Promise<AuditEntry[]> => {
  const entries: AuditEntry[] = []
  let cursor = ''
  do {
    const found = await client.get(PageOf(AuditEntry), `/audit/events?order=oldest&limit=200${cursor}`)
    entries.push(...found.items)
    cursor = found.nextCursor ? `&cursor=${found.nextCursor}` : ''
  } while (cursor)
  return entries
}

/** Starts a run that asks for a command, and waits until the question is in the inbox. */
const ask = async (session: string, command: string) => {
  const operator = await connectOperator(gateway.url, gateway.token)
  const runId = await startRun(operator, `agent:main:${session}`, command)
  const approval = await until(`the question about ${command}`, async () =>
    (await client.get(Approvals, '/approvals?state=pending')).items.find((each) => each.command === command),
  )
  return { operator, runId, approval }
}

/** The connector on the state folder that it had. */
const startAgain = async () => {
  const { stateDir } = connector
  const { url, token } = gateway
  connector = startConnector({ server: server.url, token: connectorToken, gateway: url, gatewayToken: token, stateDir })
  await until('the connector to be back', async () => connector.output().includes('Connected to OpenClaw'))
}

const stateOf = async (id: string) => (await client.get(Approval, `/approvals/${id}`)).state

test('a person signs in, makes a connector and sees the pairing steps turn green', async ({ skip }) => {
  needs(skip)
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
  page = await context.newPage()
  await page.goto(`${server.url}/sign-in`)
  await page.fill('input[type=email]', owner.email)
  await page.fill('input[type=password]', owner.password)
  await page.keyboard.press('Enter')
  await page.getByRole('link', { name: 'Connect a gateway' }).click()
  await page.getByRole('textbox').first().fill('laboratory')
  await page.keyboard.press('Enter')
  const shown = await page.getByText(/^npx clawbutler connect --server/).textContent()
  connectorToken = /--token (\S+)/.exec(shown ?? '')?.[1] ?? ''
  connector = startConnector({
    server: server.url,
    token: connectorToken,
    gateway: gateway.url,
    gatewayToken: gateway.token,
  })
  await until('four green steps', async () =>
    (await page.getByRole('status').allTextContents()).some((text) => /4.*4/.test(text)),
  )
  expect(connector.output()).not.toContain(connectorToken)
})

test('the agents of the gateway stand in the registry', async ({ skip }) => {
  needs(skip)
  const { items } = await client.get(PageOf(Agent), '/agents')
  expect(items.map(({ externalId, model: used, state }) => ({ externalId, used, state }))).toEqual([
    { externalId: 'main', used: 'stub/stub-1', state: 'active' },
  ])
})

test('an agent made at the gateway appears by itself', async ({ skip }) => {
  needs(skip)
  const operator = await connectOperator(gateway.url, gateway.token)
  await operator.call('agents.create', { name: 'Scout', workspace: join(gateway.folder, 'workspace-scout') })
  await page.goto(`${server.url}/agents`)
  await page.getByText('scout').first().waitFor()
  operator.close()
})

test('a command allowed by keyboard runs', async ({ skip }) => {
  needs(skip)
  await page.goto(`${server.url}/approvals`)
  const file = join(gateway.folder, 'workspace', 'allowed')
  const { operator, runId, approval } = await ask('allowed', `/usr/bin/touch ${file}`)
  await page.locator(`[data-id="${approval.id}"]`).waitFor()
  expect(existsSync(file)).toBe(false)
  await page.keyboard.press('a')
  await until('the gateway to confirm', async () => (await stateOf(approval.id)) === 'confirmed')
  expect(await waitForRun(operator, runId)).toBe('ok')
  expect(existsSync(file)).toBe(true)
  operator.close()
})

test('a command refused by keyboard does not run', async ({ skip }) => {
  needs(skip)
  const file = join(gateway.folder, 'workspace', 'refused')
  const { operator, runId, approval } = await ask('refused', `/usr/bin/touch ${file}`)
  await page.locator(`[data-id="${approval.id}"]`).waitFor()
  await page.keyboard.press('k')
  await page.keyboard.press('r')
  await page.getByRole('dialog').or(page.getByRole('alertdialog')).waitFor()
  await page.keyboard.type('not today')
  await page.keyboard.press('Control+Enter')
  await until('the gateway to confirm', async () => (await stateOf(approval.id)) === 'confirmed')
  expect(await waitForRun(operator, runId)).toBe('ok')
  expect(existsSync(file)).toBe(false)
  expect((await client.get(Approval, `/approvals/${approval.id}`)).decision).toMatchObject({
    outcome: 'reject',
    reason: 'not today',
    by: { kind: 'member' },
  })
  operator.close()
})

test('both stand in the audit sequence, in the order in which they happened', async ({ skip }) => {
  needs(skip)
  await until(
    'the end of both runs',
    async () => (await allEvents()).filter((each) => each.type === 'run.ended').length === 2,
  )
  const events = await allEvents()
  for (const session of ['allowed', 'refused']) {
    const started = events.find(
      (each) => each.type === 'run.started' && each.payload.sessionKey === `agent:main:${session}`,
    )
    const told = events.filter((each) => each.traceId === started?.traceId).map((each) => each.type)
    const order = ['run.started', 'approval.requested', 'approval.decided', 'tool.ended', 'run.ended']
    expect(told.filter((type) => order.includes(type))).toEqual(order)
    // What the gateway took is told beside its own events, which do not wait for it.
    expect(told.indexOf('approval.confirmed')).toBeGreaterThan(told.indexOf('approval.decided'))
  }
})

test('a gateway that is killed in the middle of a question loses nothing and doubles nothing', async ({ skip }) => {
  needs(skip)
  const file = join(gateway.folder, 'workspace', 'interrupted')
  const { operator, approval } = await ask('interrupted', `/usr/bin/touch ${file}`)
  operator.call('agent.wait', {}).catch(() => {})
  await gateway.restart()
  // The restarted gateway does not wait any more, and the inbox says so instead of offering a decision without effect.
  const closed = await until('the question to be closed', async () => {
    const found = await client.get(Approval, `/approvals/${approval.id}`)
    return found.state !== 'pending' && found
  })
  expect(closed).toMatchObject({ state: 'expired', stateReason: 'gateway_no_longer_waits', decision: null })
  const again = join(gateway.folder, 'workspace', 'again')
  const second = await ask('again', `/usr/bin/touch ${again}`)
  await client.post(Approval, `/approvals/${second.approval.id}/approve`, { digest: second.approval.digest })
  await until('the gateway to confirm', async () => (await stateOf(second.approval.id)) === 'confirmed')
  await waitForRun(second.operator, second.runId)
  expect([existsSync(file), existsSync(again)]).toEqual([false, true])
  second.operator.close()
}, 300_000)

test('a connector that is killed comes back and tells everything once', async ({ skip }) => {
  needs(skip)
  const file = join(gateway.folder, 'workspace', 'after-kill')
  connector.child.kill('SIGKILL')
  await startAgain()
  const { operator, runId, approval } = await ask('after-kill', `/usr/bin/touch ${file}`)
  await client.post(Approval, `/approvals/${approval.id}/approve`, {})
  expect(await waitForRun(operator, runId)).toBe('ok')
  await until('the end of the run', async () =>
    (await allEvents()).some((each) => each.type === 'run.ended' && each.payload.runId === runId),
  )
  operator.close()
})

decisionTests(
  () => ({
    server: server.url,
    client,
    gateway,
    connectorStateDir: connector.stateDir,
    killConnector: () => connector.child.kill('SIGKILL'),
    startConnector: startAgain,
  }),
  needs,
)

test('the sequence has no gap and tells each happening once', async ({ skip }) => {
  needs(skip)
  const events = await allEvents()
  expect(events.map((each) => each.seq)).toEqual(events.map((_, index) => index + 1))
  const Identity = z.object({
    runId: z.string().optional(),
    toolCallId: z.string().optional(),
    externalId: z.string().optional(),
  })
  const identities = events
    .filter((each) => /^(run|tool)\.|^approval\.(requested|resolved)$/.test(each.type))
    .map((each) => {
      const { runId, toolCallId, externalId } = Identity.parse(each.payload)
      return [each.type, externalId ?? runId, toolCallId].join(' ')
    })
  expect(identities).toEqual([...new Set(identities)])
  const text = JSON.stringify(events)
  for (const secret of [connectorToken, gateway.token, owner.password]) expect(text).not.toContain(secret)
})
