import type { Command } from 'commander'
import { registerConfigDrift } from './drift.ts'
import { registerConfigHistory } from './history.ts'
import { registerConfigRollback } from './rollback.ts'
import { registerConfigStateAt } from './state-at.ts'

export function registerConfig(program: Command): void {
  const config = program.command('config').description('the versions of agents’ configurations, and back to one')
  registerConfigHistory(config)
  registerConfigDrift(config)
  registerConfigRollback(config)
  registerConfigStateAt(config)
}
