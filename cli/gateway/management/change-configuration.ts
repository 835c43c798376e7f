import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { ChangeDone, GatewayChange } from '../../../worker/features/connectors/link/changes/contract.ts'
import type { Tree } from '../../../worker/features/connectors/link/questions/contract.ts'
import { isTree } from '../../plugin/merge-patch.ts'
import { AgentsList } from '../frames.ts'
import { GatewayRequestFailed } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'
import { digestOfTree, entryOf, readConfiguration } from './configuration.ts'
import { NotThere, Stale } from './refused.ts'

type Patch = Extract<GatewayChange, { change: 'config.patch' }>
export const patchTimeoutMs = 120_000

/**
 * Patches one agent's entry and reads it back. The gateway takes it only on the configuration that it was made to; when
 * that is gone, a patch that holds already is done, as after an answer that got lost, and any other is `Stale`.
 */
export async function patchEntry(
  session: GatewaySession,
  { agent, patch, replacePaths, baseHash }: Patch,
  known: readonly string[],
): Promise<ChangeDone> {
  const read = async () => {
    const { hash, source } = await readConfiguration(session, known)
    return { hash, entry: entryOf(source, agent) }
  }
  const before = await read()
  if (before.entry === null) await mustBeListed(session, agent)
  const raw = JSON.stringify({ agents: { entries: { [agent]: patch } } })
  const replaced = replacePaths.map((path) => `agents.entries.${agent}.${path}`)
  const taken =
    before.hash === baseHash &&
    (await takenOnBase(
      session.call(
        'config.patch',
        { raw, baseHash, ...(replaced.length > 0 ? { replacePaths: replaced } : {}) },
        z.unknown(),
        patchTimeoutMs,
      ),
    ))
  const after = await read()
  if (!holds(after.entry, patch))
    throw new Stale(
      taken
        ? 'The gateway took the change, and something else was there when it was read back.'
        : 'The configuration was changed since this change was made to it.',
    )
  return {
    wasAlready: !taken,
    before: taken ? digestOfTree(before.entry) : null,
    after: digestOfTree(after.entry),
    reference: after.hash,
    jobId: null,
  }
}

/** False when the gateway refused it only because the base is not the newest. */
export async function takenOnBase(patching: Promise<unknown>): Promise<boolean> {
  try {
    await patching
    return true
  } catch (error) {
    if (error instanceof GatewayRequestFailed && /config changed since/i.test(error.message)) return false
    throw error
  }
}

/** A patch may give the only agent its first entry; it must not make an agent that nobody created. */
async function mustBeListed(session: GatewaySession, agent: string): Promise<void> {
  const { agents } = await session.call('agents.list', {}, AgentsList, 60_000)
  if (!agents.some(({ id }) => id === agent)) throw new NotThere(`The gateway has no agent ${agent}.`)
}

/** Whether applying a merge patch would change nothing. */
export function holds(value: unknown, patch: unknown): boolean {
  if (patch === null) return value === undefined
  if (!isTree(patch)) return canonicalize(value) === canonicalize(patch)
  if (!isTree(value)) return false
  return Object.entries(patch).every(([name, inner]) => holds(ownOf(value, name), inner))
}

const ownOf = (tree: Tree, name: string): unknown => (Object.hasOwn(tree, name) ? tree[name] : undefined)
