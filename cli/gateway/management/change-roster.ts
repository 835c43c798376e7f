import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import {
  type ChangeDone,
  type GatewayChange,
  gatewayIdOf,
} from '../../../worker/features/connectors/link/changes/contract.ts'
import { AgentsList } from '../frames.ts'
import { GatewayRequestFailed } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'
import { busyTimeoutMs, digestOfTree, entryOf, readConfiguration } from './configuration.ts'
import { NotThere, Refused } from './refused.ts'
import type { RosterBook } from './roster-book.ts'

type Create = Extract<GatewayChange, { change: 'agent.create' }>
type Delete = Extract<GatewayChange, { change: 'agent.delete' }>

/** The gateway answers before its own list has changed: seconds later, on a machine that has much to do. */
const lagMaxMs = 15_000
const lookEveryMs = 400

/**
 * Makes an agent. Done is what stands in the configuration; the list of the gateway may be later than that. An agent of
 * this id that was there before this command is refused; one that this command made, before we died, is done.
 */
export async function createAgent(
  session: GatewaySession,
  book: RosterBook,
  id: string,
  { agent, name, workspace, model }: Create,
  known: readonly string[],
): Promise<ChangeDone> {
  const entry = async () => entryOf((await readConfiguration(session, known)).source, agent)
  const isThere = (await entry()) !== null || (await listed(session)).includes(agent)
  if (isThere && !(await book.has(id))) throw new Refused(`The gateway has an agent ${agent} already.`)
  if (!isThere) {
    await book.keep(id)
    const params = {
      // The gateway makes the id of the name; one of another script has none that it could make.
      name: gatewayIdOf(name) === agent ? name : agent,
      ...(workspace === null ? {} : { workspace }),
      ...(model === null ? {} : { model }),
    }
    const Created = z.object({ agentId: z.string() })
    const created = await session.call('agents.create', params, Created, busyTimeoutMs)
    if (created.agentId !== agent)
      throw new Refused(`The gateway made an agent ${created.agentId} instead of ${agent}.`)
  }
  const isListed = await until(async () => (await listed(session)).includes(agent))
  if (isListed && (await entry())?.name !== name) await rename(session, agent, name)
  const made = await entry()
  if (made === null) throw new NotThere('The gateway said that it made the agent, and its configuration has none.')
  return { wasAlready: isThere, before: null, after: digestOfTree(made), reference: agent, jobId: null }
}

/** Until its list has the agent, the gateway does not know it by its id either. */
async function rename(session: GatewaySession, agentId: string, name: string): Promise<void> {
  await session.call('agents.update', { agentId, name }, z.object({ ok: z.literal(true) }), busyTimeoutMs)
}

/**
 * Takes an agent out of the configuration; its files stay where they are. The gateway refuses new runs at once and lets
 * those that are under way go on, so they are aborted. One that is gone already is done.
 */
export async function deleteAgent(
  session: GatewaySession,
  { agent }: Delete,
  known: readonly string[],
): Promise<ChangeDone> {
  const before = entryOf((await readConfiguration(session, known)).source, agent)
  const done = { before: digestOfTree(before), after: null, reference: agent, jobId: null }
  if (before === null && !(await listed(session)).includes(agent)) return { ...done, wasAlready: true }
  const active = await activeSessions(session, agent)
  try {
    const params = { agentId: agent, deleteFiles: false }
    await session.call('agents.delete', params, z.object({ ok: z.literal(true) }), busyTimeoutMs)
  } catch (error) {
    // Out of the configuration already, and not yet out of the list.
    if (!(before === null && error instanceof GatewayRequestFailed && /not found/i.test(error.message))) throw error
  }
  for (const sessionKey of active) await session.call('chat.abort', { sessionKey }, z.unknown(), busyTimeoutMs)
  await until(async () => !(await listed(session)).includes(agent))
  if (entryOf((await readConfiguration(session, known)).source, agent) !== null)
    throw new Refused('The gateway said that it deleted the agent, and its configuration still has it.')
  return { ...done, wasAlready: false }
}

async function listed(session: GatewaySession): Promise<string[]> {
  return (await session.call('agents.list', {}, AgentsList, busyTimeoutMs)).agents.map(({ id }) => id)
}

async function activeSessions(session: GatewaySession, agentId: string): Promise<string[]> {
  const Rows = z.object({ sessions: z.array(z.object({ key: z.string(), hasActiveRun: z.boolean().catch(false) })) })
  const { sessions } = await session.call('sessions.list', { agentId, limit: 200 }, Rows, busyTimeoutMs)
  return sessions.filter(({ hasActiveRun }) => hasActiveRun).map(({ key }) => key)
}

/** False when it did not become so within the gateway's usual lag. */
async function until(isSo: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + lagMaxMs
  while (!(await isSo())) {
    if (Date.now() > deadline) return false
    await wait(lookEveryMs)
  }
  return true
}
