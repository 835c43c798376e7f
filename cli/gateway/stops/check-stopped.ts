import type { EventDraft } from '../../journal/draft.ts'
import type { GatewaySession } from '../session.ts'
import { lookAt } from './at-gateway.ts'
import type { Held, StopBook } from './book.ts'
import { changedBy } from './changed-by.ts'
import { violationsOf } from './stop-agents.ts'

/** Two systems must not fight for ever: so often an hour an agent is stopped again, then it is only told. */
const againMax = 5
const hourMs = 3_600_000

type Telling = {
  append: (draft: EventDraft) => Promise<void>
  /** The agent is not any more what the cloud was told last. */
  tell: (agent: string) => void
}

/**
 * Looks once whether the agents that count as stopped still are, and notes in the book what is not; the caller keeps it.
 * Answers whom it looked at, and who is open again and by policy is to be stopped anew. Throws when the gateway is gone.
 */
export async function checkStopped(
  session: GatewaySession,
  book: StopBook,
  { append, tell }: Telling,
): Promise<{ stopped: string[]; again: string[] }> {
  const { held } = await book.open()
  const stopped = Object.entries(held).filter(([, { told }]) => told.state === 'stopped' || told.state === 'broken')
  const again: string[] = []
  const look = stopped.length > 0 ? await lookAt(session) : null
  for (const [agent, each] of stopped) {
    const what = violationsOf(agent, look, each.told.isRefused, each.left)
    const isNews = what.join('\n') !== each.told.differs.join('\n')
    if (what.length === 0 && each.told.state === 'stopped') continue
    if (what.length === 0) each.told = { ...each.told, state: 'stopped', at: new Date().toISOString(), differs: [] }
    else if (isNews && (await noteBroken(session, book, append, { agent, each, what }))) again.push(agent)
    tell(agent)
  }
  return { stopped: stopped.map(([agent]) => agent), again }
}

/** Tells that an agent is open again, and by whom; answers whether it is to be stopped anew. */
const noteBroken = async (
  session: GatewaySession,
  book: StopBook,
  append: Telling['append'],
  { agent, each, what }: { agent: string; each: Held; what: string[] },
): Promise<boolean> => {
  const { orders } = await book.open()
  const who = await changedBy(session, agent, what, Date.parse(each.told.at))
  const holding = Object.values(orders).filter(({ isAll, agents }) => isAll || agents.includes(agent))
  const now = Date.now()
  each.again = each.again.filter((at) => now - at < hourMs)
  const isAgain = holding.some(({ policy }) => policy === 'stop_again') && each.again.length < againMax
  const at = new Date(now).toISOString()
  each.again.push(now)
  each.told = { ...each.told, state: 'broken', at, differs: what.slice(0, 100), steps: [] }
  const payload = {
    agent,
    orders: holding.slice(0, 20).map(({ orderId }) => orderId),
    what: what.slice(0, 100).map((path) => path.slice(0, 300)),
    ...who,
    action: isAgain ? 'stopped_again' : 'reported',
    count: each.again.length,
  } as const
  await append({ type: 'kill.broken', key: null, at, payload })
  // Stopped again it is open until it is found stopped.
  if (isAgain) each.told = { ...each.told, state: 'stopping' }
  return isAgain
}
