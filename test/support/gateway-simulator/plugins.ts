import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { Refusal } from './protocol.ts'

type Tree = { [name: string]: unknown }
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

const Plugins = z.looseObject({
  enabled: z.boolean().optional(),
  allow: z.array(z.string()).optional(),
  deny: z.array(z.string()).optional(),
  load: z.looseObject({ paths: z.array(z.string()).optional() }).optional(),
  entries: z
    .record(z.string(), z.looseObject({ enabled: z.boolean().optional(), config: z.looseObject({}).optional() }))
    .optional(),
})

/** The part of a configuration that plugins are in, and what of ours a gateway with it would have loaded. */
export class PluginHost {
  configuration: Tree = {}
  version = 1
  /** Calls of our plugin that wait for a decision. */
  readonly waiting = new Map<string, object>()

  /** A JSON merge patch under `plugins`; entries of arrays go only where `replacePaths` names the array. */
  patch(patch: unknown, replacePaths: readonly string[]): void {
    const next = merged({ plugins: this.configuration }, patch, '', new Set(replacePaths))
    if (!isTree(next) || !isTree(next.plugins)) throw new Refusal('INVALID_REQUEST', 'invalid config: plugins')
    const parsed = Plugins.safeParse(next.plugins)
    if (!parsed.success) throw new Refusal('INVALID_REQUEST', 'invalid config: plugins')
    this.configuration = next.plugins
    this.version++
  }

  /** Our plugin's configuration, or null while it is not loaded. */
  get ours(): Tree | null {
    const { enabled = true, allow, load, entries } = Plugins.parse(this.configuration)
    const entry = entries?.clawbutler
    const isAllowed = allow === undefined || allow.includes('clawbutler')
    const isFound = (load?.paths ?? []).some((path) => idAt(path) === 'clawbutler')
    return enabled && isAllowed && isFound && entry?.enabled === true ? (entry.config ?? {}) : null
  }

  /** How our plugin words a call, and what it tells of it while it waits. */
  ask(runId: string, toolCallId: string, tool: string, given: Tree) {
    const canonical = canonicalize(given) ?? '{}'
    const digest = createHash('sha256').update(`${tool}\n${canonical}`).digest('hex')
    const spaced = (digest.match(/.{8}/g) ?? []).join(' ')
    this.waiting.set(`${runId}:${toolCallId}`, { tool, digest, arguments: given })
    return {
      pluginId: 'clawbutler',
      title: tool,
      description: `${canonical.slice(0, 260)}\nDigest of the call: ${spaced}`,
      severity: 'warning',
      toolName: tool,
    }
  }
}

function merged(current: unknown, patch: unknown, path: string, replaced: ReadonlySet<string>): unknown {
  if (Array.isArray(current) && !replaced.has(path)) {
    const kept = Array.isArray(patch) ? current.filter((item) => patch.includes(item)) : []
    if (!Array.isArray(patch) || kept.length < current.length) {
      throw new Refusal('INVALID_REQUEST', `config.patch would remove entries from array path(s): ${path}.`)
    }
  }
  if (patch === null && isTree(current)) {
    for (const [name, value] of Object.entries(current)) merged(value, null, join2(path, name), replaced)
  }
  if (!isTree(patch)) return patch
  const next: Tree = isTree(current) ? { ...current } : {}
  for (const [name, value] of Object.entries(patch)) {
    const result = merged(next[name], value, join2(path, name), replaced)
    if (value === null) delete next[name]
    else next[name] = result
  }
  return next
}

const join2 = (path: string, name: string) => (path === '' ? name : `${path}.${name}`)

function idAt(folder: string): string | null {
  const path = join(folder, 'openclaw.plugin.json')
  return existsSync(path) ? z.object({ id: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).id : null
}
