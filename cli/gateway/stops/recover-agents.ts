import type { AgentStop } from '../../../worker/features/connectors/link/stops/contract.ts'
import type { GatewaySession } from '../session.ts'
import { allJobs, digestOfEntry, lookAt, savedJob, switchJob, tellPlugin } from './at-gateway.ts'
import type { StopBook } from './book.ts'
import { changeEntries, differences, reopening } from './entry.ts'
import { Steps, withoutPlugin } from './steps.ts'

/**
 * Puts agents back to what was saved of them, and says where they are not: what somebody changed meanwhile is left as it
 * is. The plugin lets go last, so that no run begins half-way. Those that could be put back leave the book; answers what
 * became of each. Throws only when the gateway is gone.
 */
export async function recoverAgents(
  session: GatewaySession,
  book: StopBook,
  agents: readonly string[],
  startedAt: number,
): Promise<AgentStop[]> {
  const { held } = await book.open()
  const steps = new Steps(startedAt)
  const records = new Map(agents.map((agent) => [agent, held[agent]?.record ?? null]))
  await steps.take('restore', async () => {
    const before = await lookAt(session)
    // An agent without an entry was removed meanwhile: writing one would make it again.
    const there = agents.filter((agent) => records.get(agent) && before.entryOf(agent) !== null)
    const { attempts, isNoop } = await changeEntries(session, there, (agent, entry) =>
      reopening(entry, records.get(agent)?.entry ?? null),
    )
    return { outcome: isNoop ? ('already' as const) : ('done' as const), counts: { attempts } }
  })
  await steps.take('schedule', async () => {
    const now = new Map((await allJobs(session)).map((job) => [job.id, job]))
    const saved = agents.flatMap((agent) => records.get(agent)?.jobs ?? [])
    const due = saved.filter(({ id, isEnabled }) => isEnabled && now.get(id)?.enabled === false)
    await Promise.all(due.map(({ id }) => switchJob(session, id, true)))
    return { counts: { jobs: due.length } }
  })
  await steps.take('release', async () => {
    const isThere = (await tellPlugin(session, 'release', agents)) !== null
    return isThere ? {} : withoutPlugin
  })
  const differs = new Map<string, string[]>()
  await steps.take('compare', async () => {
    const look = await lookAt(session)
    const jobs = new Map(look.jobs.map((job) => [job.id, savedJob(job)]))
    for (const agent of agents) {
      const saved = records.get(agent)
      const entry = look.entryOf(agent)
      if (!saved) continue
      const isSame = digestOfEntry(entry) === digestOfEntry(saved.entry)
      const left = held[agent]?.left ?? []
      const changedJobs = saved.jobs.filter(({ id, isEnabled, digest }) => {
        // The gateway keeps it as the heartbeat says, in its own time.
        if (left.includes(id)) return false
        const job = jobs.get(id)
        return job?.isEnabled !== isEnabled || job.digest !== digest
      })
      const paths = isSame ? [] : differences(saved.entry ?? {}, entry ?? {})
      differs.set(agent, [...paths, ...changedJobs.map(({ id }) => `cron:${id}`)])
    }
    return { counts: { agents: agents.length } }
  })
  const hasFailed = steps.taken.some(({ outcome }) => outcome === 'failed')
  return agents.flatMap((agent) => {
    const each = held[agent]
    if (!each) return []
    const told: AgentStop = {
      ...each.told,
      state: hasFailed ? 'failed' : 'recovered',
      at: new Date().toISOString(),
      steps: steps.taken,
      isRefused: false,
      differs: (differs.get(agent) ?? []).slice(0, 100).map((path) => path.slice(0, 300)),
    }
    if (hasFailed) each.told = told
    else delete held[agent]
    return [told]
  })
}
