import { z } from 'zod'
import type { ChangeDone, GatewayChange } from '../../../worker/features/connectors/link/changes/contract.ts'
import { sentinel } from '../../../worker/features/connectors/link/questions/contract.ts'
import { isTree } from '../../plugin/merge-patch.ts'
import type { GatewaySession } from '../session.ts'
import { patchTimeoutMs, takenOnBase } from './change-configuration.ts'
import { digestOfTree, readConfiguration } from './configuration.ts'
import { Refused, Stale } from './refused.ts'

type Put = Extract<GatewayChange, { change: 'bindings.put' }>

/**
 * Replaces the entries of `bindings` that name one agent and reads them back; those of others stay what and where they
 * are. The gateway takes it as a whole, and only on the configuration that it was made to; found done, it is done.
 */
export async function putBindings(
  session: GatewaySession,
  { agent, bindings, baseHash }: Put,
  known: readonly string[],
): Promise<ChangeDone> {
  if (bindings.some(({ agentId }) => agentId !== agent)) throw new Refused('A binding names another agent.')
  const read = async () => {
    const { hash, source } = await readConfiguration(session, known)
    const all: unknown[] = Array.isArray(source.bindings) ? source.bindings : []
    return { hash, all, own: { bindings: all.filter((entry) => namesAgent(entry, agent)) } }
  }
  const before = await read()
  const wanted = digestOfTree({ bindings })
  const isDone = digestOfTree(before.own) === wanted
  const next = withOwn(before.all, agent, bindings)
  // The list is written whole: what was redacted on its way here would be lost.
  if (!isDone && JSON.stringify(next).includes(sentinel))
    throw new Refused('The bindings hold a redacted value: they can only be changed on the machine of the gateway.')
  const taken =
    !isDone &&
    before.hash === baseHash &&
    (await takenOnBase(
      session.call(
        'config.patch',
        { raw: JSON.stringify({ bindings: next }), baseHash, replacePaths: ['bindings'] },
        z.unknown(),
        patchTimeoutMs,
      ),
    ))
  const after = taken ? await read() : before
  if (digestOfTree(after.own) !== wanted)
    throw new Stale(
      taken
        ? 'The gateway took the change, and something else was there when it was read back.'
        : 'The configuration was changed since this change was made to it.',
    )
  const done = { after: wanted, reference: after.hash, jobId: null }
  return { ...done, wasAlready: !taken, before: taken ? digestOfTree(before.own) : null }
}

/** The n-th own entry takes the place of the n-th; what is left over comes behind the last one, or at the end. */
function withOwn(all: readonly unknown[], agent: string, bindings: readonly unknown[]): unknown[] {
  const places = all.flatMap((entry, at) => (namesAgent(entry, agent) ? [at] : []))
  const last = places.at(-1) ?? all.length - 1
  const placed = all.flatMap((entry, at) => {
    const turn = places.indexOf(at)
    const own = turn < 0 ? [entry] : bindings.slice(turn, turn + 1)
    return at === last ? [...own, ...bindings.slice(places.length)] : own
  })
  return all.length === 0 ? [...bindings] : placed
}

const namesAgent = (entry: unknown, agent: string): boolean => isTree(entry) && entry.agentId === agent
