import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { Tree } from '../../../worker/features/connectors/link/questions/contract.ts'
import { isTree } from '../../plugin/merge-patch.ts'
import { entryOf, readConfiguration } from '../management/configuration.ts'
import { GatewayRequestFailed } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'
import { StepFault } from './step-fault.ts'

/** No tool passes `*`, and a heartbeat of nothing does not beat. Both take hold at once, without a restart. */
const set = [
  { section: 'tools', name: 'deny', value: ['*'] },
  { section: 'heartbeat', name: 'every', value: '0m' },
] as const

const same = (a: unknown, b: unknown): boolean => canonicalize(a ?? null) === canonicalize(b ?? null)
const sectionOf = (entry: Tree | null, section: string): Tree | null => {
  const held = entry?.[section]
  return isTree(held) ? held : null
}

/** Paths at which an entry is not what stopping made it; none while it is. */
export const reopened = (entry: Tree | null): string[] =>
  set
    .filter(({ section, name, value }) => !same(sectionOf(entry, section)?.[name], value))
    .map(({ section, name }) => `${section}.${name}`)

type Change = { patch: Tree; replaced: string[] }

export const closing = (entry: Tree | null): Change => {
  const denied = sectionOf(entry, 'tools')?.deny
  const patch = Object.fromEntries(set.map(({ section, name, value }) => [section, { [name]: value }]))
  return { patch, replaced: Array.isArray(denied) ? ['tools.deny'] : [] }
}

/**
 * Puts back exactly what the record says of what stopping had set. Where somebody changed it meanwhile it stays as it is;
 * a section that stopping made goes again, unless others wrote into it since.
 */
export const reopening = (entry: Tree | null, record: Tree | null): Change => {
  const patch: Tree = {}
  const changed = reopened(entry)
  for (const { section, name } of set) {
    if (changed.includes(`${section}.${name}`)) continue
    const before = sectionOf(record, section)
    const isShared = Object.keys(sectionOf(entry, section) ?? {}).some((key) => key !== name)
    patch[section] = before === null && !isShared ? null : { [name]: before?.[name] ?? null }
  }
  return { patch, replaced: 'tools' in patch ? ['tools.deny'] : [] }
}

/** Paths at which two entries differ, to the leaves. */
export const differences = (before: unknown, after: unknown, path: readonly string[] = []): string[] => {
  if (same(before, after)) return []
  const [was, is] = [before ?? {}, after ?? {}]
  if (!isTree(was) || !isTree(is)) return [path.join('.')]
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) =>
    differences(was[name], is[name], [...path, name]),
  )
}

const attempts = 6
const patchTimeoutMs = 120_000

/** Changes the entries of many agents in one write; made anew on whatever somebody else wrote meanwhile. */
export async function changeEntries(
  session: GatewaySession,
  agents: readonly string[],
  changeOf: (agent: string, entry: Tree | null) => Change,
): Promise<{ attempts: number; isNoop: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const { hash, source } = await readConfiguration(session, [])
    const changes = agents.map((agent) => ({ agent, ...changeOf(agent, entryOf(source, agent)) }))
    const due = changes.filter(({ agent, patch }) => !holdsAlready(entryOf(source, agent), patch))
    if (due.length === 0) return { attempts: attempt, isNoop: true }
    const entries = Object.fromEntries(due.map(({ agent, patch }) => [agent, patch]))
    const replacePaths = due.flatMap(({ agent, replaced }) => replaced.map((path) => `agents.entries.${agent}.${path}`))
    const params = { raw: JSON.stringify({ agents: { entries } }), baseHash: hash, replacePaths }
    try {
      await session.call('config.patch', params, z.unknown(), patchTimeoutMs)
      return { attempts: attempt, isNoop: false }
    } catch (error) {
      const isStale = error instanceof GatewayRequestFailed && /config changed since/i.test(error.message)
      if (!isStale) throw error
      if (attempt >= attempts) throw new StepFault({ code: 'changes_meanwhile', facts: { attempts } }, error.message)
    }
  }
}

const holdsAlready = (value: unknown, patch: unknown): boolean => {
  if (patch === null) return value === undefined || value === null
  if (!isTree(patch)) return same(value, patch)
  if (Object.keys(patch).length === 0) return true
  return isTree(value)
    ? Object.entries(patch).every(([name, inner]) => holdsAlready(value[name], inner))
    : Object.values(patch).every((inner) => inner === null)
}
