import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Gateway } from '../../support/openclaw/gateway.ts'
import type { Operator } from '../../support/openclaw/operator.ts'
import { agentIds, type Json, type Variant } from './variants.ts'

const Config = z.object({ hash: z.string(), parsed: z.record(z.string(), z.unknown()) })
const Inventory = z.object({ groups: z.array(z.object({ tools: z.array(z.object({ id: z.string() })) })) })
const Roster = z.object({ agents: z.array(z.object({ id: z.string() })) })

type Base = Record<string, unknown>

/** The configuration that the gateway started with, opened for ten agents. */
export const baseOf = async (operator: Operator): Promise<Base> => {
  const { parsed } = Config.parse(await operator.call('config.get', {}))
  return parsed
}

/** The whole configuration of a variant. */
export const configurationOf = (base: Base, variant: Variant, workspace: string, more: Base = {}): Base => {
  const read = z
    .object({
      agents: z.object({ defaults: z.record(z.string(), z.unknown()) }),
      logging: z.record(z.string(), z.unknown()),
    })
    .parse(base)
  // The gateway refuses a configuration that is less than half as long as the one before: this one never is.
  const entries: { [key: string]: Json } = { main: { workspace, description: 'so long '.repeat(3_000) } }
  for (const id of agentIds) entries[id] = { workspace, tools: variant.agents[id] ?? {} }
  return {
    ...base,
    ...more,
    logging: { ...read.logging, level: 'debug' },
    agents: { defaults: { ...read.agents.defaults, systemAgent: { agentId: 'main' } }, ownership: 'explicit', entries },
    tools: { ...variant.tools, exec: { host: 'gateway', security: 'full', ask: 'off' }, toolSearch: false },
    channels: variant.channels,
  }
}

/**
 * Puts a configuration into force; the gateway answers when it is. Throws its words where it refuses. Answers it as the
 * gateway has it then, which is what an explanation is of: keys that it had before keep their order, and of two spellings
 * of one key the first counts.
 */
export const applyConfiguration = async (operator: Operator, configuration: Base): Promise<Base> => {
  const { hash } = Config.parse(await operator.call('config.get', {}))
  await operator.call('config.apply', { raw: JSON.stringify(configuration), baseHash: hash })
  return Config.parse(await operator.call('config.get', {})).parsed
}

/** Waits until the gateway's roster has everybody: it lags behind the configuration. */
export const awaitRoster = async (operator: Operator): Promise<void> => {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const { agents } = Roster.parse(await operator.call('agents.list', {}))
    if (agentIds.every((id) => agents.some((agent) => agent.id === id))) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the roster is not complete after 30 s')
}

/** The names in the gateway's own answer for a session. */
export const askEffective = async (operator: Operator, sessionKey: string): Promise<Set<string>> => {
  const answer = Inventory.parse(await operator.call('tools.effective', { sessionKey }))
  return new Set(answer.groups.flatMap(({ tools }) => tools.map(({ id }) => id)))
}

const Line = z.object({
  '0': z.string().refine((name) => name.includes('agents/tool-policy')),
  '1': z.object({ rule: z.string(), removedTools: z.array(z.string()) }),
  time: z.string(),
})

/** What the gateway's log says its policy removed since a moment: the step's label and the tools, one line for each. */
export const removalsIn = (gateway: Gateway, since: number): string[] =>
  readFileSync(`${gateway.folder}/gateway.log`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      // The last line may be only half written.
      if (!line.includes('agents/tool-policy') || !line.endsWith('}')) return []
      const read = Line.safeParse(JSON.parse(line))
      return read.success && Date.parse(read.data.time) >= since
        ? [`${read.data['1'].rule}: ${read.data['1'].removedTools.join(' ')}`]
        : []
    })

/** A plugin with a tool for everybody who codes, and an optional one. Answers the section that loads it. */
export const writeProbePlugin = (gateway: Gateway): Base => {
  const id = 'explainer-probe'
  const folder = join(gateway.folder, id)
  mkdirSync(folder)
  const write = (name: string, content: object | string) =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  write('package.json', { name: id, version: '1.0.0', type: 'module', openclaw: { extensions: ['./index.js'] } })
  write('openclaw.plugin.json', {
    id,
    activation: { onStartup: true },
    configSchema: { type: 'object', additionalProperties: false },
    contracts: { tools: ['probe_open', 'probe_closed'] },
    toolMetadata: { probe_open: { profiles: ['coding'] }, probe_closed: { optional: true } },
  })
  write(
    'index.js',
    `import { definePluginEntry } from 'openclaw/plugin-sdk/plugin-entry'
    const tool = (name) => ({ name, description: name, parameters: { type: 'object', properties: {} },
      execute: async () => ({ content: [{ type: 'text', text: name }] }) })
    export default definePluginEntry({ id: '${id}', name: 'Probe', description: 'Two tools', register(api) {
      api.registerTool(tool('probe_open'))
      api.registerTool(tool('probe_closed'), { optional: true })
    } })`,
  )
  return { plugins: { enabled: true, allow: [id], load: { paths: [folder] }, entries: { [id]: { enabled: true } } } }
}

const Sandbox = z.object({
  sandbox: z.object({ tools: z.object({ allow: z.array(z.string()), deny: z.array(z.string()) }) }),
})

/** What `openclaw sandbox explain` says of an agent under a configuration; needs no gateway and no container. */
export const sandboxSaid = (gateway: Gateway, command: string, configuration: object, agentId: string) => {
  const folder = join(gateway.folder, 'sandbox-explain')
  mkdirSync(folder)
  writeFileSync(join(folder, 'openclaw.json'), JSON.stringify(configuration))
  const env = { PATH: '/usr/bin:/bin', HOME: folder, TMPDIR: folder, OPENCLAW_STATE_DIR: folder }
  const said = execFileSync(process.execPath, [command, 'sandbox', 'explain', '--json', '--agent', agentId], {
    env: { ...env, OPENCLAW_CONFIG_PATH: join(folder, 'openclaw.json') },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return Sandbox.parse(JSON.parse(said)).sandbox.tools
}
