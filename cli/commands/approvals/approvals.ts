import type { Command } from 'commander'
import { registerDecide } from './decide.ts'
import { registerList } from './list.ts'
import { registerRequest } from './request.ts'
import { registerShow } from './show.ts'
import { registerStatistics } from './statistics.ts'
import { registerWatch } from './watch.ts'

const exits = `
Exit codes: 0 done or allowed, 1 failure, 2 usage, 3 not signed in, 4 somebody was faster or something else is there now,
5 expired, 6 you may not decide this (or it needs a passkey), 7 refused (request --wait).`

export function registerApprovals(program: Command): void {
  const approvals = program
    .command('approvals')
    .description('what waits for a decision, and what was decided')
    .addHelpText('after', exits)
  registerList(approvals)
  registerShow(approvals)
  registerDecide(approvals)
  registerWatch(approvals)
  registerRequest(approvals)
  registerStatistics(approvals)
}
