import { writeFileSync } from 'node:fs'
import { isTree, merged, type Tree } from './merge.ts'
import type { World } from './methods.ts'
import { Refusal } from './protocol.ts'
import { hashOf, redacted } from './roster.ts'

/** What an agent's entry may say, by the gateway's own schema. */
const entryKeys = new Set(
  `name description workspace cwd agentDir model utilityModel decisionModel models modelPolicy thinkingDefault
   verboseDefault toolProgressDetail reasoningDefault fastModeDefault contextInjection bootstrapMaxChars
   bootstrapTotalMaxChars experimental skills subagents embeddedAgent params runtime memory humanDelay typingMode tts
   skillsLimits contextLimits heartbeat identity groupChat sandbox tools default`.split(/\s+/),
)

type Held = Pick<World, 'roster' | 'plugins' | 'port'>

const sourceOf = ({ roster, plugins, port }: Held): Tree => ({
  ...roster.source(port()),
  plugins: plugins.configuration,
})

/** As everybody is told it: what its schema calls a secret is redacted. With a file, that holds it as it is. */
export function configurationOf(world: Held) {
  const source = sourceOf(world)
  const { file } = world.roster
  if (file) writeFileSync(file, JSON.stringify(source))
  const sourceConfig = file ? withoutSecrets(source) : source
  const path = file ?? '/simulated/openclaw.json'
  return { path, valid: true, issues: [], hash: hashOf(source), sourceConfig, config: sourceConfig }
}

const secretName = /(?:token|apiKey|secret|password)$/i

function withoutSecrets(tree: Tree): Tree {
  const told = (name: string, value: unknown): unknown => {
    if (typeof value === 'string') return secretName.test(name) ? redacted : value
    if (Array.isArray(value)) return value.map((item) => told(name, item))
    return isTree(value) ? withoutSecrets(value) : value
  }
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, told(name, value)]))
}

type Patch = { raw: string; baseHash?: string | undefined; replacePaths: string[] }

/** A merge patch, taken only on the newest configuration; what is refused changes nothing. */
export function patchConfiguration(world: World, { raw, baseHash, replacePaths }: Patch) {
  const before = configurationOf(world)
  if (baseHash === undefined) throw invalid('config base hash required; re-run config.get and retry with baseHash')
  if (baseHash !== before.hash) throw invalid('config changed since last load; re-run config.get and retry')
  const patch: unknown = JSON.parse(raw)
  const next = merged(sourceOf(world), patch, '', new Set(replacePaths))
  if (!isTree(next)) throw invalid('invalid config: <root>')
  checkRoster(before.sourceConfig, next)
  if (isTree(patch) && JSON.stringify(patch).includes(redacted))
    throw invalid(`Reserved redaction sentinel "${redacted}" is not valid config data.`)
  if (hashOf(next) === before.hash) return { ok: true, noop: true, changedPaths: [], path: before.path, config: next }
  const { gateway, agents, plugins = {}, ...rest } = next
  const { mode: _mode, port: _port, auth: _auth, ...settings } = isTree(gateway) ? gateway : {}
  const { entries: _entries, defaults, ...aboutAgents } = isTree(agents) ? agents : {}
  world.plugins.replace(plugins)
  world.roster.rest = rest
  world.roster.settings = settings
  world.roster.defaults = isTree(defaults) ? defaults : {}
  world.roster.aboutAgents = aboutAgents
  for (const [id, entry] of Object.entries(entriesOf(agents))) if (isTree(entry)) world.roster.setEntry(id, entry)
  world.configChanged()
  const after = configurationOf(world)
  return {
    ok: true,
    path: after.path,
    hash: after.hash,
    config: after.sourceConfig,
    changedPaths: Object.keys(isTree(patch) ? patch : {}),
  }
}

function checkRoster(before: Tree, after: Tree): void {
  const entries = entriesOf(after.agents)
  const dropped = Object.keys(entriesOf(before.agents)).filter((id) => !(id in entries))
  if (dropped.length > 0) {
    const sentence = `Error: Config write would drop agent roster entries without an explicit deletion: ${dropped.join(', ')}.`
    throw new Refusal('UNAVAILABLE', sentence)
  }
  for (const [id, entry] of Object.entries(entries)) {
    const unknown = Object.keys(isTree(entry) ? entry : {}).find((key) => !entryKeys.has(key))
    if (unknown === undefined) continue
    const [at, message] = [`agents.entries.${id}`, `Unrecognized key: "${unknown}"`]
    throw new Refusal('INVALID_REQUEST', `invalid config: ${at}: ${message}`, { issues: [{ path: at, message }] })
  }
}

const entriesOf = (agents: unknown): Tree => (isTree(agents) && isTree(agents.entries) ? agents.entries : {})

const invalid = (sentence: string) => new Refusal('INVALID_REQUEST', sentence)
