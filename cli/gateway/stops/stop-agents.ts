import type { AgentStop } from '../../../worker/features/connectors/link/stops/contract.ts'
import { cut } from '../bounded.ts'
import type { GatewaySession } from '../session.ts'
import {
  abortRuns,
  agentOfJob,
  denyApprovals,
  digestOfEntry,
  digestOfJobs,
  type Look,
  lookAt,
  savedJob,
  switchJob,
  tellPlugin,
} from './at-gateway.ts'
import type { Held, StopBook } from './book.ts'
import { changeEntries, closing, reopened } from './entry.ts'
import { StepFault } from './step-fault.ts'
import { Steps, withoutPlugin } from './steps.ts'

const quietLooks = 2
const lookGapMs = 40
const drainMostMs = 20_000

/** A new entry of the book: nothing is known of the agent yet. */
export const newlyHeld = (agent: string): Held => ({ record: null, told: blank(agent), again: [], left: [] })

const blank = (agent: string): AgentStop => ({
  agent,
  state: 'stopping',
  at: new Date().toISOString(),
  steps: [],
  record: null,
  isRefused: false,
  abortedRuns: 0,
  abortedMs: null,
  confirmedMs: null,
  differs: [],
})

/**
 * Stops agents at the gateway and reads back that they are: as often as it is called, with the same end. What was there
 * before is on disk before anything is changed. `startedAt` is of `performance.now()`. Throws only when the gateway is gone.
 */
export async function stopAgents(
  session: GatewaySession,
  book: StopBook,
  agents: readonly string[],
  startedAt: number,
): Promise<void> {
  const { held } = await book.open()
  const steps = new Steps(startedAt)
  const those = new Set(agents)
  const aborted: string[] = []
  let abortedMs: number | null = null
  const abort = async () => {
    const ended = await abortRuns(session, those)
    aborted.push(...ended)
    if (ended.length > 0) abortedMs = steps.ms
    return ended.length
  }
  let isRefused = false
  // New runs are refused and running ones ended at once; what makes that last follows beside it.
  const first = Promise.all([
    steps.take('refuse', async () => {
      isRefused = (await tellPlugin(session, 'stop', agents)) !== null
      return isRefused ? {} : withoutPlugin
    }),
    steps.take('abort', async () => ({ counts: { runs: await abort() } })),
    steps.take('approvals', async () => ({ counts: { denied: await denyApprovals(session, those) } })),
  ])
  // Awaited below with its fault; a gateway that goes before that must not end the process.
  first.catch(() => undefined)
  const recorded = await steps.take('record', async () => {
    return record(book, held, agents, await lookAt(session))
  })
  // Without a record nothing that has to be put back is changed.
  const lasting = recorded
    ? Promise.all([
        steps.take('deny', async () => {
          const { attempts, isNoop } = await changeEntries(session, agents, (_agent, entry) => closing(entry))
          return { outcome: isNoop ? ('already' as const) : ('done' as const), counts: { attempts } }
        }),
        steps.take('cron', async () => {
          const due = recorded.jobs.filter((job) => job.enabled && those.has(agentOfJob(job) ?? ''))
          const switched = await Promise.all(due.map(({ id }) => switchJob(session, id, false)))
          const left = due.filter((_, index) => switched[index] === false)
          for (const agent of agents)
            if (held[agent]) held[agent].left = left.filter((job) => agentOfJob(job) === agent).map(({ id }) => id)
          const counts = { jobs: due.length - left.length, left: left.length }
          return left.length > 0 ? { ...gatewayOwned(left.length), counts } : { counts }
        }),
      ])
    : null
  await Promise.all([first, lasting])
  await steps.take('drain', async () => {
    let looks = 0
    const until = performance.now() + drainMostMs
    for (let quiet = 0; quiet < quietLooks; looks++) {
      if (looks > 0) await new Promise((resolve) => setTimeout(resolve, lookGapMs))
      quiet = (await abort()) === 0 ? quiet + 1 : 0
      if (performance.now() > until)
        throw new StepFault({ code: 'runs_go_on', facts: {} }, 'Runs go on beginning; they are ended as they come.')
    }
    return { counts: { looks, runs: aborted.length } }
  })
  let found: Look | null = null
  await steps.take('verify', async () => {
    found = await lookAt(session)
    const open = agents.flatMap((agent) => violationsOf(agent, found, isRefused, held[agent]?.left ?? []))
    if (open.length > 0) {
      const what = cut(open.join(', '), 500)
      throw new StepFault({ code: 'found_open', facts: { what } }, `Found open: ${what}`)
    }
    return { counts: { agents: agents.length } }
  })
  const hasFailed = steps.taken.some(({ outcome }) => outcome === 'failed')
  for (const agent of agents) {
    const each = held[agent]
    if (!each) continue
    const mine = aborted.filter((name) => name === agent).length
    each.told = {
      ...each.told,
      state: hasFailed ? 'failed' : 'stopped',
      at: new Date().toISOString(),
      steps: [...steps.taken].sort((a, b) => a.startedMs - b.startedMs).slice(0, 16),
      isRefused,
      abortedRuns: each.told.abortedRuns + mine,
      abortedMs: mine > 0 ? abortedMs : each.told.abortedMs,
      confirmedMs: hasFailed ? null : steps.ms,
      differs: [],
    }
  }
  await book.keep()
}

const gatewayOwned = (left: number) => ({
  because: { code: 'gateway_owned' as const, facts: { left } },
  detail: 'What the gateway owns can not be switched off; it follows the heartbeat.',
})

/** Writes down what is there, once for each agent; jobs that came later are added as they are found. */
async function record(book: StopBook, held: Record<string, Held>, agents: readonly string[], look: Look) {
  for (const agent of agents) {
    held[agent] ??= newlyHeld(agent)
    const each = held[agent]
    const jobs = look.jobs.filter((job) => agentOfJob(job) === agent).map(savedJob)
    const known = each.record?.jobs ?? []
    const entry = each.record ? each.record.entry : look.entryOf(agent)
    each.record = { entry, jobs: [...known, ...jobs.filter(({ id }) => known.every((job) => job.id !== id))] }
    each.told.record = {
      entry: digestOfEntry(entry),
      jobs: digestOfJobs(each.record.jobs),
      jobCount: each.record.jobs.length,
    }
  }
  await book.keep()
  return { jobs: look.jobs, counts: { agents: agents.length } }
}

/** Where an agent is not stopped, by one look: paths of its entry, `cron:<job>`, `plugin`. */
export const violationsOf = (
  agent: string,
  look: Look | null,
  isRefused: boolean,
  left: readonly string[],
): string[] => {
  if (look === null) return ['unknown']
  const enabled = look.jobs.filter((job) => job.enabled && agentOfJob(job) === agent && !left.includes(job.id))
  const jobs = enabled.map(({ id }) => `cron:${id}`)
  const plugin = isRefused && look.refused !== null && !look.refused.has(agent) ? ['plugin'] : []
  return [...reopened(look.entryOf(agent)), ...jobs, ...plugin]
}
