import type { Command } from 'commander'
import { AgentStateAt } from '../../../worker/features/snapshots/contract.ts'
import { Session } from '../../api/session.ts'
import { facts, print, printJson } from '../../output/output.ts'
import { pathOf } from '../agents/path.ts'
import { moment } from '../audit-filter.ts'
import { dollars } from '../budgets/money.ts'
import { type JsonOption, withJson } from '../json-option.ts'

type Tools = NonNullable<AgentStateAt['toolPolicy']>['tools']

/** The tools that no run had then, by what withheld them. */
const withheldBy = (tools: Tools): string => {
  const by = Map.groupBy(
    tools.filter(({ outcome }) => outcome === 'withheld'),
    ({ decidedBy }) => decidedBy,
  )
  const told = [...by].map(([step, of]) => `${of.map(({ name }) => name).join(' ')} (${step})`)
  return told.length === 0 ? 'none' : told.join('; ')
}

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
        shared: spoken(state.gateway),
        'tools withheld': state.toolPolicy
          ? withheldBy(state.toolPolicy.tools)
          : 'nobody can say: the configuration, or what all agents share, was not seen by then',
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
