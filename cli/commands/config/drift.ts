import { type Command, Option } from 'commander'
import { AgentDrift, type Drift, DriftedAgent, Snapshot } from '../../../worker/features/snapshots/contract.ts'
import { risks } from '../../../worker/platform/contract.ts'
import { Session } from '../../api/session.ts'
import { Failure, usage } from '../../output/failure.ts'
import { note, plain, print, printJson } from '../../output/output.ts'
import { pathOf, slow } from '../agents/path.ts'
import { agreed } from '../confirm.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { printChanges } from './changes.ts'
import { type ScopeOption, withScope } from './scope.ts'

type Options = JsonOption &
  ScopeOption & {
    check?: boolean
    accept?: boolean
    yes?: boolean
    risk?: string
    connector?: string
    group?: string
    limit?: number
  }

export function registerConfigDrift(config: Command): void {
  withJson(
    withScope(
      config
        .command('drift')
        .description('what gateways say that was not made or accepted here; without an agent, of all agents'),
    )
      .argument('[agent]')
      .option('--check', 'ask the gateway now; ends with 1 when it drifted')
      .option('--accept', 'take what was changed at the gateway for right')
      .option('--yes', 'do not ask')
      .addOption(new Option('--risk <risk>', 'of all agents: at least this risky').choices(risks))
      .option('--connector <id>', 'of all agents: only of this connector')
      .option('--group <name>', 'of all agents: only of this resource group')
      .option('--limit <count>', 'of all agents: how many', count),
  ).action((agent: string | undefined, options: Options, command: Command) =>
    agent === undefined
      ? listAll(options, command.getOptionValueSource('scope') === 'cli')
      : ofAgent(agent, options, command.getOptionValueSource('scope') === 'cli'),
  )
}

async function listAll(
  { scope, risk, connector, group, limit, check, accept, ...options }: Options,
  isScoped: boolean,
): Promise<void> {
  if (check || accept) throw usage('Name the agent.')
  const session = await Session.open(process.env)
  const filter = { scope: isScoped ? scope : undefined, risk, connectorId: connector, resourceGroup: group }
  const items = await listUpTo(session, '/drift', DriftedAgent, filter, limit)
  const columns = {
    agent: (one: DriftedAgent) => one.agentId,
    name: (one: DriftedAgent) => one.agentName,
    scope: (one: DriftedAgent) => one.scope,
    risk: (one: DriftedAgent) => one.risk,
    changes: (one: DriftedAgent) => one.changes,
    of: (one: DriftedAgent) => one.categories.join(','),
    since: (one: DriftedAgent) => one.since,
    'back to': (one: DriftedAgent) => one.trusted,
  }
  showList(options, items, columns, 'Every gateway says what was made or accepted here.')
}

async function ofAgent(agent: string, { scope, check, accept, yes, json }: Options, isScoped: boolean): Promise<void> {
  const session = await Session.open(process.env)
  const found = check
    ? await session.post(`${pathOf(agent)}/drift-check`, AgentDrift, undefined, slow)
    : await session.get(`${pathOf(agent)}/drift`, AgentDrift)
  const scopes = found.scopes.filter((each) => !isScoped || each.scope === scope)
  if (accept) return acceptNewest(session, agent, scopes, { yes: yes ?? false, json: json ?? false })
  if (json) printJson({ ...found, scopes })
  else for (const each of scopes) show(each)
  if (check && scopes.some(({ drifted }) => drifted)) throw new Failure('It is not what was made or accepted here.')
}

function show({ scope, drifted, trusted, newest, since, changes }: Drift): void {
  if (trusted === null || newest === null) {
    print(`${scope}: nobody has looked at it from here yet.`)
    return
  }
  if (!drifted) {
    print(`${scope}: as it was made or accepted here, version ${newest.version}.`)
    return
  }
  print(plain(`${scope}: changed at the gateway since ${since}; version ${trusted.version} is the one to go back to.`))
  printChanges(changes, 'Nothing differs.')
}

async function acceptNewest(
  session: Session,
  agent: string,
  scopes: readonly Drift[],
  { yes, json }: { yes: boolean; json: boolean },
): Promise<void> {
  const drifted = scopes.filter((each) => each.drifted)
  if (drifted.length === 0) return note('There is nothing to accept.')
  if (!json) for (const each of drifted) show(each)
  await agreed('Take it for right?', yes)
  const accepted: Snapshot[] = []
  for (const { scope, newest } of drifted) {
    const body = { scope, version: newest?.version }
    accepted.push(await session.post(`${pathOf(agent)}/drift/accept`, Snapshot, body))
  }
  if (json) printJson({ items: accepted })
  else for (const { scope, version } of accepted) print(`${scope}: accepted as version ${version}.`)
}
