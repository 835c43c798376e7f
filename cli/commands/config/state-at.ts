import type { Command } from 'commander'
import { AgentStateAt } from '../../../worker/features/snapshots/contract.ts'
import { Session } from '../../api/session.ts'
import { facts, print, printJson } from '../../output/output.ts'
import { pathOf } from '../agents/path.ts'
import { moment } from '../audit-filter.ts'
import { dollars } from '../budgets/money.ts'
import { type JsonOption, withJson } from '../json-option.ts'

export function registerConfigStateAt(config: Command): void {
  withJson(
    config
      .command('state-at')
      .description('what was in force for an agent at a moment')
      .argument('<agent>')
      .argument('<when>', 'such as 2026-11-21T09:30, or how long ago: 2h, 7d', moment),
  ).action(async (agent: string, at: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    const state = await session.get(`${pathOf(agent)}/state-at`, AgentStateAt, { at })
    if (options.json) return printJson(state)
    const spoken = (one: { version: number; at: string } | null) =>
      one ? `version ${one.version}, seen at ${one.at}` : 'not seen by then'
    print(
      facts({
        at: state.at,
        configuration: spoken(state.config),
        bindings: spoken(state.bindings),
        files: spoken(state.files),
        dependencies: spoken(state.dependencies),
        rules: state.rulesVersion === 0 ? 'none yet' : `version ${state.rulesVersion}`,
        budgets: state.budgets
          .map(
            ({ name, limitMicroUsd, period, onLimit }) =>
              `${name}: ${dollars(limitMicroUsd)} each ${period}, ${onLimit}`,
          )
          .join('; '),
      }),
    )
  })
}
