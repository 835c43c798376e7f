import { basename } from 'node:path'
import { z } from 'zod'
import { pluginId } from '../gateway/plugin-calls.ts'
import { Failure } from '../output/failure.ts'
import { isTree, type Tree } from './merge-patch.ts'

/** What our plugin is told; what is left out is as its own defaults say. */
export const PluginConfig = z.strictObject({
  ask: z.array(z.string()).optional(),
  allow: z.array(z.string()).optional(),
  block: z.array(z.string()).optional(),
  exec: z.enum(['auto', 'always', 'never']).optional(),
  timeoutMs: z.number().int().optional(),
  stoppedAgents: z.array(z.string()).optional(),
})
export type PluginConfig = z.infer<typeof PluginConfig>

/** What the installation changed besides adding itself, so that a removal can undo exactly that. */
export const Installed = z.object({
  folder: z.string(),
  /** The gateway's `plugins` before, or null when it had none; secrets in it are redacted by the gateway. */
  before: z.record(z.string(), z.unknown()).nullable(),
})
export type Installed = z.infer<typeof Installed>

const folderName = 'clawbutler-openclaw-plugin'
export const folderOf = (version: string): string => `${folderName}-${version}`
const isOurFolder = (path: unknown): boolean => typeof path === 'string' && basename(path).startsWith(folderName)

/** The gateway's `plugins` with ours in them. Nothing that others configured is dropped or switched on. */
export function withPlugin(plugins: Tree, folder: string, config: PluginConfig): Tree {
  const allow = listOf(plugins.allow)
  if (listOf(plugins.deny)?.includes(pluginId)) {
    throw new Failure(`The gateway's plugins.deny names ${pluginId}: take it out first.`)
  }
  const wasOff = plugins.enabled === false
  if (wasOff && allow?.some((id) => id !== pluginId)) {
    throw new Failure(
      'Plugins are switched off at this gateway, and others would start with ours: switch them on first.',
    )
  }
  const load = treeOf(plugins.load)
  const paths = (listOf(load.paths) ?? []).filter((path) => !isOurFolder(path))
  const next: Tree = {
    ...plugins,
    load: { ...load, paths: [...paths, folder] },
    entries: { ...treeOf(plugins.entries), [pluginId]: entryOf(config) },
  }
  if (allow) next.allow = allow.includes(pluginId) ? allow : [...allow, pluginId]
  if (!wasOff) return next
  // Where no plugin was loaded, ours stays the only one.
  return { ...next, enabled: true, allow: [pluginId], slots: { memory: 'none', ...treeOf(plugins.slots) } }
}

// Without this the gateway does not ask us before a run, and a stopped agent could start one.
const entryOf = (config: PluginConfig): Tree => ({ enabled: true, hooks: { allowConversationAccess: true }, config })

/**
 * The gateway's `plugins` without ours: as they were before the installation, but for what others changed since. Null
 * when there is nothing left and there was nothing before.
 */
export function withoutPlugin(plugins: Tree, installed: Installed | null): Tree | null {
  const { load: _load, entries: _entries, allow: _allow, ...next }: Tree = plugins
  const before = installed?.before ?? {}
  const paths = (listOf(treeOf(plugins.load).paths) ?? []).filter((path) => !isOurFolder(path))
  const load = treeOf(plugins.load)
  keep(
    next,
    'load',
    kept({ ...load, paths: paths.length > 0 || has(before, 'load', 'paths') ? paths : undefined }),
    before,
  )
  const { [pluginId]: _ours, ...entries } = treeOf(plugins.entries)
  keep(next, 'entries', entries, before)
  const allow = listOf(plugins.allow)?.filter((id) => id !== pluginId)
  const isLast = !allow || allow.length === 0
  if (allow && (!isLast || 'allow' in before)) next.allow = allow
  const wasOff = before.enabled === false
  if (wasOff && isLast && Object.keys(entries).length === Object.keys(treeOf(before.entries)).length) {
    next.enabled = false
    if (treeOf(next.slots).memory === 'none' && !has(before, 'slots', 'memory')) {
      const { memory: _memory, ...slots } = treeOf(next.slots)
      delete next.slots
      keep(next, 'slots', slots, before)
    }
  }
  return installed?.before === null && Object.keys(next).length === 0 ? null : next
}

/** The configuration of our plugin in the gateway, or null when it is not installed. */
export function pluginConfigOf(plugins: Tree): PluginConfig | null {
  const entry = treeOf(plugins.entries)[pluginId]
  if (!isTree(entry)) return null
  const config = PluginConfig.safeParse(entry.config ?? {})
  return config.success ? config.data : {}
}

function keep(next: Tree, name: string, value: Tree, before: Tree): void {
  if (Object.keys(value).length > 0 || name in before) next[name] = value
}

const kept = (tree: Tree): Tree => Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== undefined))
const has = (tree: Tree, ...path: [string, string]): boolean => path[1] in treeOf(tree[path[0]])
const treeOf = (value: unknown): Tree => (isTree(value) ? value : {})
const listOf = (value: unknown): unknown[] | null => (Array.isArray(value) ? value : null)
