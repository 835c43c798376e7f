import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { gatewayIdOf } from '../../../worker/features/connectors/link/changes/contract.ts'
import { AgentsList } from '../../gateway/frames.ts'
import { deleteAgent } from '../../gateway/management/change-roster.ts'
import { busyTimeoutMs } from '../../gateway/management/configuration.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { Failure } from '../../output/failure.ts'
import { marker } from '../redact/marker.ts'
import type { AgentContent } from '../sections/content.ts'

/** The gateway answers before its own list has changed. */
const lagMaxMs = 20_000
const lookEveryMs = 300

/**
 * Makes the agents that the gateway does not have, and waits until it lists them. One that is there is left as it is. What
 * is there its configuration says: the list still has what was deleted a moment ago, and would keep it from being made.
 */
export async function createAgents(
  session: GatewaySession,
  there: ReadonlyMap<string, unknown>,
  agents: ReadonlyMap<string, AgentContent>,
  wanted: readonly string[],
): Promise<string[]> {
  const absent = wanted.filter((id) => !there.has(id))
  for (const id of absent) {
    const { identity, runtime } = agents.get(id)?.sections ?? {}
    const { name } = identity ?? {}
    const { workspace } = runtime ?? {}
    const params = {
      // The gateway makes the id of the name; what the name really is, is written with the configuration.
      name: typeof name === 'string' && gatewayIdOf(name) === id ? name : id,
      ...(typeof workspace === 'string' && !workspace.includes(marker) ? { workspace } : {}),
    }
    const created = await session.call('agents.create', params, z.object({ agentId: z.string() }), busyTimeoutMs)
    if (created.agentId !== id) throw new Failure(`The gateway made an agent ${created.agentId} instead of ${id}.`)
  }
  await until(session, `the agents ${absent.join(', ')}`, (ids) => absent.every((id) => ids.includes(id)))
  return absent
}

/** Takes agents away; their folders stay where they are. One that is gone already is done. */
export async function deleteAgents(session: GatewaySession, extra: readonly string[]): Promise<void> {
  for (const agent of extra) await deleteAgent(session, { change: 'agent.delete', agent }, [])
}

const listed = async (session: GatewaySession): Promise<string[]> =>
  (await session.call('agents.list', {}, AgentsList, busyTimeoutMs)).agents.map(({ id }) => id)

async function until(session: GatewaySession, what: string, isSo: (ids: readonly string[]) => boolean): Promise<void> {
  const deadline = Date.now() + lagMaxMs
  while (!isSo(await listed(session))) {
    if (Date.now() > deadline) throw new Failure(`The gateway did not list ${what} in time.`)
    await wait(lookEveryMs)
  }
}
