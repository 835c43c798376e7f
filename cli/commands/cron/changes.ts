import type { Command } from 'commander'
import { CronChange } from '../../../worker/features/cron/contract.ts'
import { Session } from '../../api/session.ts'
import { usage } from '../../output/failure.ts'
import { slow } from '../agents/path.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { showChange } from './told.ts'

type ListOptions = JsonOption & { all?: true; limit?: number; cancel?: string; mine?: string; theirs?: string }

export function registerCronChanges(cron: Command): void {
  withJson(
    cron
      .command('changes')
      .description('what waits for a gateway, and what fits no more; take back or answer one')
      .option('--all', 'also what has ended')
      .option('--limit <count>', 'how many', count)
      .option('--cancel <id>', 'take back a change that waits')
      .option('--mine <id>', 'answer a conflict: the change is made to the job as it is now')
      .option('--theirs <id>', 'answer a conflict: the job stays as it is at its gateway'),
  ).action(async ({ all, limit, cancel, mine, theirs, ...options }: ListOptions) => {
    if ([cancel, mine, theirs].filter((one) => one !== undefined).length > 1)
      throw usage('Say one of --cancel, --mine and --theirs.')
    const session = await Session.open(process.env)
    const act = async (id: string, verb: string, body: object) => {
      const change = await session.post(pathOf(id, verb), CronChange, body, slow)
      showChange(options, change, change)
    }
    if (cancel !== undefined) return act(cancel, '/cancel', {})
    if (theirs !== undefined) return act(theirs, '/resolve', { answer: 'theirs' })
    if (mine !== undefined) {
      const { theirRevision } = await session.get(pathOf(mine), CronChange)
      return act(mine, '/resolve', { answer: 'mine', theirRevision })
    }
    const filter = { state: all ? undefined : 'open' }
    const columns = {
      id: (change: CronChange) => change.id,
      kind: (change: CronChange) => change.kind,
      job: (change: CronChange) => change.jobName,
      state: (change: CronChange) => change.state,
      since: (change: CronChange) => change.orderedAt,
      by: (change: CronChange) => change.orderedBy.name,
    }
    const changes = await listUpTo(session, '/cron/changes', CronChange, filter, limit)
    showList(options, changes, columns, 'Nothing waits.')
  })
}

const pathOf = (id: string, rest = ''): string => `/cron/changes/${encodeURIComponent(id)}${rest}`
