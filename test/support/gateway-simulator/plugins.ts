import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import { isTree, merged, type Tree } from './merge.ts'
import { Refusal } from './protocol.ts'

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
  /** Calls of our plugin that wait for a decision. */
  readonly waiting = new Map<string, object>()

  /** Whose runs our plugin was told to refuse. */
  readonly stopped = new Set<string>()

  /** A JSON merge patch under `plugins`; entries of arrays go only where `replacePaths` names the array. */
  patch(patch: unknown, replacePaths: readonly string[]): void {
    const next = merged({ plugins: this.configuration }, patch, '', new Set(replacePaths))
    this.replace(isTree(next) ? next.plugins : null)
  }

  /** The whole part, as a patch left it. */
  replace(next: unknown): void {
    if (!isTree(next) || !Plugins.safeParse(next).success)
      throw new Refusal('INVALID_REQUEST', 'invalid config: plugins')
    this.configuration = next
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

function idAt(folder: string): string | null {
  const path = join(folder, 'openclaw.plugin.json')
  return existsSync(path) ? z.object({ id: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8'))).id : null
}
