import type { Command } from 'commander'
import {
  AgentHealth,
  ConnectorHealth,
  type HealthCause,
  type HealthChange,
} from '../../worker/features/health/contract.ts'
import { Session } from '../api/session.ts'
import { plain, print, printJson, table } from '../output/output.ts'
import { type JsonOption, withJson } from './json-option.ts'

/** `agents health` and `connectors health`: how well one of them is, why, and how it was. */
export function registerHealth(of: Command, path: '/agents' | '/connectors'): void {
  withJson(of.command('health').description('how well it is, why, and how it was').argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const session = await Session.open(process.env)
      const answer = path === '/agents' ? AgentHealth : ConnectorHealth
      const health = await session.get(`${path}/${encodeURIComponent(id)}/health`, answer)
      if (options.json) return printJson(health)
      const since = health.since === null ? '' : ` since ${health.since}`
      print(plain(`${health.state}${since}${health.isFlapping ? ', and it changes again and again' : ''}`))
      for (const cause of health.causes) print(plain(`  ${inWords(cause)}`))
      if (health.history.items.length === 0) return
      print(
        table(health.history.items, {
          at: ({ at }: HealthChange) => at,
          state: ({ state }: HealthChange) => state,
          of: ({ of: whose }: HealthChange) => whose,
          causes: ({ causes }: HealthChange) => causes.map(({ cause }) => cause).join(', '),
        }),
      )
    },
  )
}

/** A cause with its figures, as `errors: failed 3, runs 4, windowMinutes 15`. */
const inWords = ({ cause, ...figures }: HealthCause): string => {
  const told = Object.entries(figures).flatMap(([name, value]) =>
    value === null ? [] : [`${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`],
  )
  return told.length === 0 ? cause : `${cause}: ${told.join(', ')}`
}
