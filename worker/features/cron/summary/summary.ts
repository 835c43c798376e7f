import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import { countOpenChanges } from '../changes/store.ts'
import type { CronSummary } from '../contract.ts'
import { runCounts } from '../runs/store.ts'
import { occurrences } from '../schedule/occurrences.ts'
import { countsByAgent, dueRows } from './store.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const jobsMax = 1_000
const firstMax = 10

/** All jobs of the organization in figures, over all and for each agent. */
export const summariseCron = async (ctx: OrganizationContext): Promise<CronSummary> => {
  const now = ctx.now().getTime()
  const [jobs, runs, due, open] = await Promise.all([
    countsByAgent(ctx),
    runCounts(ctx, { day: now - dayMs, week: now - 7 * dayMs }),
    dueRows(ctx, now + hourMs, jobsMax),
    countOpenChanges(ctx),
  ])
  const ids = new Set([...jobs, ...runs].map(({ agentId }) => agentId))
  const agents = [...ids].map((agentId) => {
    const { name = null, ...counted } = jobs.find((row) => row.agentId === agentId) ?? { ...noJobs, name: null }
    const { agentId: _, ...ran } = runs.find((row) => row.agentId === agentId) ?? { ...noRuns, agentId }
    return { ...counted, ...ran, agentId, name }
  })
  const upcoming = due
    .flatMap((job) => {
      const first = Math.max(now, job.nextRunAt ?? now)
      return occurrences(job.schedule, first, now + hourMs).map((at) => ({ jobId: job.id, name: job.name, at }))
    })
    .sort((a, b) => a.at - b.at)
  return {
    ...agents.reduce(added, { ...noJobs, ...noRuns }),
    at: iso(now),
    nextHour: { runs: upcoming.length, first: upcoming.slice(0, firstMax).map((run) => ({ ...run, at: iso(run.at) })) },
    waitingChanges: open.waiting,
    conflicts: open.conflicts,
    agents: agents.sort((a, b) => b.failing - a.failing || b.jobs - a.jobs),
  }
}

const noJobs = { jobs: 0, enabled: 0, managed: 0, failing: 0, missed: 0 }
const noRuns = {
  runs24h: 0,
  failures24h: 0,
  runs7d: 0,
  failures7d: 0,
  tokens24h: null as number | null,
  tokens7d: null as number | null,
}
type Counts = typeof noJobs & typeof noRuns

const added = (sum: Counts, one: Counts): Counts => ({
  jobs: sum.jobs + one.jobs,
  enabled: sum.enabled + one.enabled,
  managed: sum.managed + one.managed,
  failing: sum.failing + one.failing,
  missed: sum.missed + one.missed,
  runs24h: sum.runs24h + one.runs24h,
  failures24h: sum.failures24h + one.failures24h,
  runs7d: sum.runs7d + one.runs7d,
  failures7d: sum.failures7d + one.failures7d,
  tokens24h: told(sum.tokens24h, one.tokens24h),
  tokens7d: told(sum.tokens7d, one.tokens7d),
})

const told = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b)
