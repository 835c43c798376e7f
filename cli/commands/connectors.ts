import type { Command } from 'commander'
import { z } from 'zod'
import { Connector, CreatedConnector, Diagnostics } from '../../worker/features/connectors/contract.ts'
import { DiagnosticStep } from '../../worker/features/connectors/link/diagnosis/contract.ts'
import { Problem } from '../../worker/platform/contract.ts'
import { eventData } from '../api/event-stream.ts'
import { Refused } from '../api/request.ts'
import { Session } from '../api/session.ts'
import { Failure } from '../output/failure.ts'
import { note, plain, print, printJson } from '../output/output.ts'
import { registerHealth } from './health.ts'
import { type JsonOption, showList, withJson } from './json-option.ts'
import { count, listUpTo } from './pages.ts'
import { StepsTable } from './steps-table.ts'

const pathOf = (id: string) => `/connectors/${encodeURIComponent(id)}`

// A result has steps, a problem has a code, and a step has neither.
const Told = z.union([Diagnostics, Problem, DiagnosticStep])

export function registerConnectors(program: Command): void {
  const connectors = program.command('connectors').description('the connectors of your organization')
  withJson(
    connectors.command('list').description('list connectors').option('--limit <count>', 'how many', count),
  ).action(async ({ limit, ...options }: JsonOption & { limit?: number }) => {
    const session = await Session.open(process.env)
    const items = await listUpTo(session, '/connectors', Connector, {}, limit)
    const columns = {
      id: (connector: Connector) => connector.id,
      name: (connector: Connector) => connector.name,
      state: (connector: Connector) => connector.state,
      health: ({ health, healthCauses }: Connector) => [health, ...healthCauses].join(' '),
      gateway: ({ gateway }: Connector) => (gateway.connected ? gateway.version : 'away'),
      agents: (connector: Connector) => connector.agents,
      'last seen': (connector: Connector) => connector.lastSeenAt,
    }
    showList(options, items, columns, 'No connectors yet. Create one: clawbutler connectors create <name>')
  })
  registerHealth(connectors, '/connectors')

  withJson(
    connectors.command('create').description('create a connector; its token is shown once').argument('<name>'),
  ).action(async (name: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    showCreated(options, await session.post('/connectors', CreatedConnector, { name }))
  })

  withJson(
    connectors
      .command('rotate-token')
      .description('replace the token; the old one stops working at once')
      .argument('<id>'),
  ).action(async (id: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    showCreated(options, await session.post(`${pathOf(id)}/rotate-token`, CreatedConnector))
  })

  connectors
    .command('remove')
    .description('remove a connector')
    .argument('<id>')
    .action(async (id: string) => {
      const session = await Session.open(process.env)
      await session.delete(pathOf(id))
      note('Removed.')
    })

  withJson(
    connectors.command('diagnose').description('let a connector check itself, step by step').argument('<id>'),
  ).action(async (id: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    const table = new StepsTable()
    const { ranAt, steps } = await diagnose(session, id, (step) => {
      if (!options.json) table.show(step)
    })
    if (options.json) printJson({ ranAt, steps })
    else table.end()
    failIfFailed(steps)
  })
}

/** What the connector found; `told` hears each step as it ends, or all at the end where the connector is an older one. */
async function diagnose(session: Session, id: string, told: (step: DiagnosticStep) => void): Promise<Diagnostics> {
  for await (const data of eventData(await session.stream(`${pathOf(id)}/diagnostics/stream`, {}))) {
    const event = data === null ? null : Told.safeParse(JSON.parse(data)).data
    if (!event) continue
    if ('steps' in event) {
      event.steps.forEach(told)
      return event
    }
    if ('requestId' in event) throw new Refused(event)
    told(event)
  }
  throw new Failure('The server ended the diagnostics before their result.')
}

function showCreated(options: JsonOption, created: CreatedConnector): void {
  if (options.json) {
    printJson(created)
    return
  }
  note(`Token of ${plain(created.connector.name)}; it is not shown again. Run on the machine of the gateway:`)
  print(plain(created.command))
}

function failIfFailed(steps: readonly DiagnosticStep[]): void {
  if (steps.some((step) => step.outcome === 'fail')) throw new Failure('Some checks failed.')
}
