import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Approval } from '../../worker/features/approvals/contract.ts'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { Grant, GrantProposal } from '../../worker/features/grants/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import type { Gateway } from '../support/openclaw/gateway.ts'
import { connectOperator, type Operator, sendMessage, waitForRun } from '../support/openclaw/operator.ts'
import { type Client, until } from '../support/product/client.ts'
import { type Ran, runCommand } from '../support/product/command.ts'

/** What the tests of a running world share: the product, the gateway, and its connector as a process. */
export interface DecidingWorld {
  server: string
  client: Client
  gateway: Gateway
  connectorStateDir: string
  killConnector: () => void
  startConnector: () => Promise<void>
}

const Approvals = PageOf(Approval)
const Grants = PageOf(Grant)
const Configuration = z.object({
  hash: z.string(),
  sourceConfig: z.object({ plugins: z.record(z.string(), z.unknown()).optional() }),
})

/** Everything by which a question of the real gateway is answered, without a browser. */
export const decisionTests = (world: () => DecidingWorld, needs: (skip: (reason: string) => void) => void) => {
  let operator: Operator
  let cli: (...args: string[]) => Promise<Ran>

  const approvals = async () => (await world().client.get(Approvals, '/approvals?limit=200')).items
  const approval = (id: string) => world().client.get(Approval, `/approvals/${id}`)
  const workspace = () => join(world().gateway.folder, 'workspace')

  /** Sends a message to an agent in a session of its own; answers the run. */
  const send = (session: string, message: string) => sendMessage(operator, `agent:main:${session}`, message)

  /** Sends a message and waits until what it leads to is in the inbox. */
  const ask = async (session: string, message: string) => {
    const known = new Set((await approvals()).map(({ id }) => id))
    const runId = await send(session, message)
    const asked = await until(`the question of ${session}`, async () =>
      (await approvals()).find(({ id, sessionKey }) => !known.has(id) && sessionKey === `agent:main:${session}`),
    )
    return { runId, asked }
  }

  const settled = (id: string, state: Approval['state']) =>
    until(`${id} to be ${state}`, async () => {
      const found = await approval(id)
      return found.state === state && found
    })

  const approveAlways = async (asked: Approval, atGateway: boolean) => {
    const { items } = await world().client.get(
      z.object({ items: z.array(GrantProposal) }),
      `/approvals/${asked.id}/grant-proposals`,
    )
    const grant = { pattern: items[0]?.pattern, atGateway }
    await world().client.post(Approval, `/approvals/${asked.id}/approve`, {
      mode: 'always',
      digest: asked.digest,
      grant,
    })
    await settled(asked.id, 'confirmed')
    const found = (await world().client.get(Grants, '/approvals/grants')).items.find(
      ({ approvalId }) => approvalId === asked.id,
    )
    if (!found) throw new Error('no grant was made')
    return found
  }

  const patchGateway = async (patch: object, replacePaths: string[] = []) => {
    const { hash } = Configuration.parse(await operator.call('config.get', {}))
    await operator.call('config.patch', { raw: JSON.stringify(patch), baseHash: hash, replacePaths })
  }
  const pluginsOfGateway = async () =>
    Configuration.parse(await operator.call('config.get', {})).sourceConfig.plugins ?? null

  test('the gateway is let ask about what it does not always allow', async ({ skip }) => {
    needs(skip)
    const { client, server, gateway } = world()
    operator = await connectOperator(gateway.url, gateway.token)
    // The scopes of a script that decides and writes rules.
    const scopes = [
      'approvals.read',
      'approvals.decide',
      'approvals.request',
      'rules.read',
      'rules.write',
      'grants.write',
    ]
    const Key = z.object({ secret: z.string() })
    const { secret } = await client.post(Key, '/api-keys', { name: 'script', scopes, expiresInDays: 1 })
    cli = (...args) => runCommand(args, { CLAWBUTLER_SERVER: server, CLAWBUTLER_API_KEY: secret })
    await patchGateway({ tools: { exec: { mode: 'ask', security: null, ask: null } } })
    const { runId, asked } = await ask('ask-mode', 'EXEC:/usr/bin/uname -n')
    expect(asked.allowedOutcomes).toEqual(['allow_once', 'allow_always', 'reject'])
    const allowed = await cli('approvals', 'approve', asked.id)
    expect([allowed.code, allowed.stderr]).toEqual([0, ''])
    expect(await waitForRun(operator, runId)).toBe('ok')
    expect((await cli('approvals', 'reject', asked.id)).code).toBe(4)
  })

  test('once is once: the same command is asked about again', async ({ skip }) => {
    needs(skip)
    const { runId, asked } = await ask('once-more', 'EXEC:/usr/bin/uname -n')
    await world().client.post(Approval, `/approvals/${asked.id}/reject`, { reason: 'once was enough' })
    await settled(asked.id, 'confirmed')
    expect(await waitForRun(operator, runId)).toBe('ok')
  })

  test('what a run used is told with its end', async ({ skip }) => {
    needs(skip)
    const runId = await send('usage', 'just talk')
    expect(await waitForRun(operator, runId)).toBe('ok')
    const ended = await until('the end of the run', async () =>
      (await world().client.get(PageOf(AuditEntry), '/audit/events?type=run.ended&limit=50')).items.find(
        ({ payload }) => payload.runId === runId,
      ),
    )
    const { usage } = z
      .object({ usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), costMicroUsd: z.number() }) })
      .parse(ended.payload)
    // The stub's price: 3 and 15 dollars for a million, 0.3 for the 200 that were cached.
    expect(usage.outputTokens).toBe(50)
    expect(usage.costMicroUsd).toBe(Math.round(usage.inputTokens * 3 + 50 * 15 + 200 * 0.3))
  })

  test('allow always at the gateway: it asks no more until the grant is revoked', async ({ skip }) => {
    needs(skip)
    const { client } = world()
    const { runId, asked } = await ask('always', 'EXEC:/usr/bin/uname -s')
    const { id } = await approveAlways(asked, true)
    expect(await waitForRun(operator, runId)).toBe('ok')
    const gatewayOf = async () =>
      (await client.get(Grants, '/approvals/grants')).items.find((grant) => grant.id === id)?.gateway
    await until('the gateway to remember it', async () => (await gatewayOf()) === 'kept')
    const before = (await approvals()).length
    expect(await waitForRun(operator, await send('always-again', 'EXEC:/usr/bin/uname -s'))).toBe('ok')
    expect((await approvals()).length).toBe(before)
    const revoked = await cli('grants', 'revoke', id, '--reason', 'enough')
    expect([revoked.code, revoked.stderr]).toEqual([0, ''])
    await until('the gateway to forget it', async () => (await gatewayOf()) === 'revoked')
    const again = await ask('always-revoked', 'EXEC:/usr/bin/uname -s')
    await client.post(Approval, `/approvals/${again.asked.id}/reject`, {})
    await waitForRun(operator, again.runId)
  })

  test('a grant of our own answers the gateway without a person', async ({ skip }) => {
    needs(skip)
    const { runId, asked } = await ask('granted', 'EXEC:/usr/bin/uname -m')
    const { id } = await approveAlways(asked, false)
    expect(await waitForRun(operator, runId)).toBe('ok')
    const second = await ask('granted-again', 'EXEC:/usr/bin/uname -m')
    expect(await waitForRun(operator, second.runId)).toBe('ok')
    expect(await settled(second.asked.id, 'confirmed')).toMatchObject({
      grantId: id,
      decision: { by: { kind: 'grant' } },
    })
    await cli('grants', 'revoke', id)
  })

  test('a rule allows and another one refuses, without a person', async ({ skip }) => {
    needs(skip)
    const folder = mkdtempSync(join(tmpdir(), 'clawbutler-rules-'))
    const file = join(folder, 'rules.json')
    const rule = (name: string, option: string, outcome: object) => ({
      name,
      condition: `command == "/usr/bin/uname ${option}"`,
      outcome,
    })
    const rules = [
      rule('Kernel release', '-r', { kind: 'allow' }),
      rule('Everything', '-a', { kind: 'refuse', reason: 'no' }),
    ]
    writeFileSync(file, JSON.stringify({ format: 'clawbutler.rules/1', rules }))
    const imported = await cli('rules', 'import', file, '--yes')
    expect(imported.code, imported.stderr).toBe(0)
    for (const [option, outcome] of [
      ['-r', 'allow_once'],
      ['-a', 'reject'],
    ]) {
      const { runId, asked } = await ask(`rule${option}`, `EXEC:/usr/bin/uname ${option}`)
      expect(await waitForRun(operator, runId)).toBe('ok')
      expect(await settled(asked.id, 'confirmed')).toMatchObject({ decision: { outcome, by: { kind: 'rule' } } })
    }
    writeFileSync(file, JSON.stringify({ format: 'clawbutler.rules/1', rules: [] }))
    expect((await cli('rules', 'import', file, '--yes')).code).toBe(0)
    rmSync(folder, { recursive: true })
  })

  test('a decision while the connector is away is delivered when it is back', async ({ skip }) => {
    needs(skip)
    const file = join(workspace(), 'meanwhile')
    const { runId, asked } = await ask('meanwhile', `EXEC:/usr/bin/touch ${file}`)
    world().killConnector()
    await world().client.post(Approval, `/approvals/${asked.id}/approve`, { digest: asked.digest })
    expect((await approval(asked.id)).state).toBe('decided')
    await world().startConnector()
    expect(await waitForRun(operator, runId)).toBe('ok')
    await settled(asked.id, 'confirmed')
    expect(existsSync(file)).toBe(true)
  })

  const gatewayArgs = () => {
    const { gateway, connectorStateDir } = world()
    return ['--gateway', gateway.url, '--gateway-token', gateway.token, '--state', connectorStateDir]
  }
  let pluginsBefore: Record<string, unknown> | null

  test('one command puts the plugin into the gateway, which then asks about other tools', async ({ skip }) => {
    needs(skip)
    pluginsBefore = await pluginsOfGateway()
    const folder = join(world().gateway.folder, 'plugins')
    const installed = await cli(
      'plugin',
      'install',
      ...gatewayArgs(),
      '--folder',
      folder,
      '--ask',
      'write',
      '--yes',
      '--json',
    )
    expect(installed.code, installed.stderr).toBe(0)
    expect(JSON.parse(installed.stdout)).toMatchObject({ installed: true, loaded: true, config: { ask: ['write'] } })
    const given = { path: 'note.txt', content: `a note ${'of some length '.repeat(60)}` }
    const { runId, asked } = await ask('tool', `TOOL:write ${JSON.stringify(given)}`)
    expect(asked).toMatchObject({ source: 'openclaw.plugin', action: 'write', arguments: given })
    expect(existsSync(join(workspace(), 'note.txt'))).toBe(false)
    await world().client.post(Approval, `/approvals/${asked.id}/approve`, { digest: asked.digest })
    expect(await waitForRun(operator, runId)).toBe('ok')
    await settled(asked.id, 'confirmed')
    expect(readFileSync(join(workspace(), 'note.txt'), 'utf8')).toBe(given.content)
  })

  test('a tool that is refused does nothing', async ({ skip }) => {
    needs(skip)
    const { runId, asked } = await ask('tool-refused', 'TOOL:write {"path":"refused.txt","content":"x"}')
    await world().client.post(Approval, `/approvals/${asked.id}/reject`, { reason: 'no' })
    expect(await waitForRun(operator, runId)).toBe('ok')
    await settled(asked.id, 'confirmed')
    expect(existsSync(join(workspace(), 'refused.txt'))).toBe(false)
  })

  test("at the gateway's own deadline nobody has decided, and nothing runs", async ({ skip }) => {
    needs(skip)
    const folder = join(world().gateway.folder, 'plugins')
    const options = ['--ask', 'write', '--timeout-ms', '3000', '--folder', folder, '--yes']
    expect((await cli('plugin', 'install', ...gatewayArgs(), ...options)).code).toBe(0)
    const { runId, asked } = await ask('deadline', 'TOOL:write {"path":"late.txt","content":"x"}')
    expect(await waitForRun(operator, runId)).toBe('ok')
    expect(await settled(asked.id, 'expired')).toMatchObject({ decision: null })
    expect((await cli('approvals', 'approve', asked.id)).code).toBe(5)
    expect(existsSync(join(workspace(), 'late.txt'))).toBe(false)
  })

  test('an agent that the plugin holds stopped starts no run', async ({ skip }) => {
    needs(skip)
    const stopped = (agents: string[]) => ({
      plugins: { entries: { clawbutler: { config: { stoppedAgents: agents } } } },
    })
    await patchGateway(stopped(['main']))
    expect(await waitForRun(operator, await send('stopped', 'hello'))).toBe('error')
    await patchGateway(stopped([]), ['plugins.entries.clawbutler.config.stoppedAgents'])
    expect(await waitForRun(operator, await send('free', 'hello'))).toBe('ok')
  })

  test("one command takes the plugin out again and leaves the gateway's plugins as they were", async ({ skip }) => {
    needs(skip)
    const removed = await cli('plugin', 'remove', ...gatewayArgs(), '--yes', '--json')
    expect(removed.code, removed.stderr).toBe(0)
    expect(JSON.parse(removed.stdout)).toEqual({ removed: true, exactly: true })
    expect(await pluginsOfGateway()).toEqual(pluginsBefore)
    expect(await waitForRun(operator, await send('tool-free', 'TOOL:write {"path":"free.txt","content":"x"}'))).toBe(
      'ok',
    )
    expect(existsSync(join(workspace(), 'free.txt'))).toBe(true)
    const { runId, asked } = await ask('exec-as-before', 'EXEC:/usr/bin/uname -v')
    await world().client.post(Approval, `/approvals/${asked.id}/reject`, {})
    await waitForRun(operator, runId)
    operator.close()
  })
}
