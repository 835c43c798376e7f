import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '../../cli/openclaw-plugin')

type Handler = (event: Record<string, unknown>, context: Record<string, unknown>) => unknown
type Approval = { title: string; description: string; allowedDecisions: string[]; onResolution: () => void }
type Answer = { block?: boolean; blockReason?: string; requireApproval?: Approval } | undefined
type Plugin = { register: (api: object) => void }

/** The plugin as the gateway loads it, with a gateway of these settings around it. */
async function load(pluginConfig: object, configuration: object = {}) {
  const loaded: { default: Plugin } = await import(join(folder, 'index.js'))
  const hooks = new Map<string, Handler>()
  const methods = new Map<
    string,
    (call: { params: object; respond: (ok: boolean, payload: unknown) => void }) => void
  >()
  loaded.default.register({
    pluginConfig,
    runtime: { config: { current: () => configuration } },
    on: (name: string, handler: Handler) => hooks.set(name, handler),
    registerGatewayMethod: (name: string, handler: never) => methods.set(name, handler),
  })
  const tool = (toolName: string, params: object = {}, more: object = {}) =>
    hooks.get('before_tool_call')?.(
      { toolName, params, runId: 'run', toolCallId: 'call', ...more },
      { agentId: 'main', runId: 'run' },
    ) as Answer
  const run = (agentId: string) => hooks.get('before_agent_run')?.({}, { agentId })
  const ask = (name: string, params: object) => {
    let answer: unknown
    methods.get(name)?.({ params, respond: (_ok, payload) => (answer = payload) })
    return answer
  }
  return { tool, run, ask }
}

test('the plugin says the version that it is installed as', async () => {
  const { ask } = await load({})
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect(ask('clawbutler.status', {})).toMatchObject({ version, waiting: 0 })
})

test('a tool that is asked about is asked about with all it was given; afterwards nothing is kept', async () => {
  const { tool, ask } = await load({ ask: ['write', 'browser*'] })
  const params = { path: 'a', content: 'x'.repeat(5_000), nested: { b: [1, null], a: 'é' } }
  const approval = tool('write', params)?.requireApproval
  expect(approval?.allowedDecisions).toEqual(['allow-once', 'deny'])
  expect(approval?.title).toBe('write')
  expect(approval?.description.length).toBeLessThan(512)
  const digest = createHash('sha256')
    .update(`write\n${canonicalize(params)}`)
    .digest('hex')
  expect(approval?.description.replaceAll(' ', '')).toContain(digest)
  expect(ask('clawbutler.waiting', { runId: 'run', toolCallId: 'call' })).toEqual({
    call: { tool: 'write', digest, arguments: params },
  })
  approval?.onResolution()
  expect(ask('clawbutler.waiting', { runId: 'run', toolCallId: 'call' })).toEqual({ call: null })
  expect(tool('browser_open')?.requireApproval).toBeDefined()
  expect(tool('read')).toBeUndefined()
})

test('what is too large to be shown is asked about without its arguments', async () => {
  const { tool, ask } = await load({ ask: ['*'] })
  tool('write', { content: 'x'.repeat(70_000) })
  expect(ask('clawbutler.waiting', { runId: 'run', toolCallId: 'call' })).toMatchObject({ call: { arguments: null } })
})

test('control characters of a call do not reach the text that is shown', async () => {
  const { tool } = await load({ ask: ['*'] })
  const approval = tool('write', { path: 'a\u202e\u0007b' })?.requireApproval
  expect(approval?.description).not.toMatch(/\p{Cf}|(?!\n)\p{Cc}/u)
})

test('a block is stronger than an exception, and an exception than a question', async () => {
  const { tool } = await load({ ask: ['*'], allow: ['read', 'rm'], block: ['RM'] })
  expect(tool('rm')).toMatchObject({ block: true })
  expect(tool('read')).toBeUndefined()
  expect(tool('a.b')?.requireApproval).toBeDefined()
})

test.each([
  ['the gateway asks by its mode', { tools: { exec: { host: 'gateway', mode: 'ask' } } }, {}, false],
  ['the gateway asks always', { tools: { exec: { ask: 'always' } } }, {}, false],
  ['the gateway lets all through', { tools: { exec: { mode: 'full' } } }, {}, true],
  ['the gateway says nothing of it', {}, {}, true],
  [
    'this agent alone is let through',
    { tools: { exec: { mode: 'ask' } }, agents: { entries: { main: { tools: { exec: { mode: 'full' } } } } } },
    {},
    true,
  ],
  ['it runs in a sandbox', { tools: { exec: { mode: 'ask' } } }, { params: { host: 'sandbox' } }, true],
  ['it is code that shares the name', { tools: { exec: { mode: 'ask' } } }, { toolKind: 'code_mode_exec' }, true],
])('exec is not asked about twice: %s', async (_name, configuration, more, isAsked) => {
  const { tool } = await load({ ask: ['exec'] }, configuration)
  expect(tool('exec', {}, more)?.requireApproval !== undefined).toBe(isAsked)
})

test('exec is asked about always or never when that is wanted', async () => {
  const asking = { tools: { exec: { mode: 'ask' } } }
  expect((await load({ ask: ['exec'], exec: 'always' }, asking)).tool('exec')?.requireApproval).toBeDefined()
  expect((await load({ ask: ['exec'], exec: 'never' })).tool('exec')).toBeUndefined()
})

test('a stopped agent starts no run and uses no tool, whatever is allowed', async () => {
  const { run, tool } = await load({ ask: [], allow: ['*'], stoppedAgents: ['main'] })
  expect(run('main')).toMatchObject({ outcome: 'block' })
  expect(run('other')).toBeUndefined()
  expect(tool('read')).toMatchObject({ block: true, blockReason: 'This agent is stopped.' })
  expect((await load({ stoppedAgents: ['*'] })).run('any')).toMatchObject({ outcome: 'block' })
})
