import { type Command, Option } from 'commander'
import { snapshotScopes } from '../../../worker/features/snapshots/contract.ts'

export type ScopeOption = { scope: (typeof snapshotScopes)[number] }

export const withScope = (command: Command): Command =>
  command.addOption(new Option('--scope <scope>', 'which part').choices(snapshotScopes).default('agent_config'))
