import { z } from 'zod'
import type { GatewaySession } from '../../gateway/session.ts'
import { isTree, type Tree } from '../../plugin/merge-patch.ts'

const Rules = z.object({ hash: z.string(), file: z.record(z.string(), z.unknown()) })
export type ApprovalRules = z.infer<typeof Rules>

/** What the gateway notes about the use of a rule, and the names that it gives: no part of the rule. */
const noted = ['lastUsedAt', 'lastUsedCommand', 'lastResolvedPath']
const ownOfGateway = ['version', 'socket']

export const readApprovalRules = (session: GatewaySession): Promise<ApprovalRules> =>
  session.call('exec.approvals.get', {}, Rules, 60_000)

/** The rules alone: without the gateway's socket, without ids, and without when each was last used. */
export function rulesOf(file: Tree): Tree {
  return Object.fromEntries(
    Object.entries(file)
      .filter(([name]) => !ownOfGateway.includes(name))
      .map(([name, value]) => [name, bare(value, false)]),
  )
}

function bare(value: unknown, isListed: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => bare(item, true))
  if (!isTree(value)) return value
  const kept = Object.entries(value).filter(([name]) => !noted.includes(name) && !(isListed && name === 'id'))
  return Object.fromEntries(kept.map(([name, inner]) => [name, bare(inner, false)]))
}

/** The gateway's document with these rules in it; a rule that was there before keeps its id and its notes. */
export function withRules(file: Tree, rules: Tree): Tree {
  const own = Object.fromEntries(Object.entries(file).filter(([name]) => ownOfGateway.includes(name)))
  return {
    ...own,
    ...Object.fromEntries(Object.entries(rules).map(([name, value]) => [name, clad(value, file[name])])),
  }
}

function clad(value: unknown, before: unknown): unknown {
  if (Array.isArray(value)) {
    const known = new Map((Array.isArray(before) ? before : []).map((item) => [JSON.stringify(bare(item, true)), item]))
    return value.map((item) => known.get(JSON.stringify(item)) ?? item)
  }
  if (!isTree(value)) return value
  const was = isTree(before) ? before : {}
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, clad(inner, was[name])]))
}
