import { type Command, Option } from 'commander'
import { intents } from '../../../../cbpkg/contract.ts'
import { Artifact, artifactStates } from '../../../../worker/features/artifacts/contract.ts'
import { Session } from '../../../api/session.ts'
import { type JsonOption, showList, withJson } from '../../json-option.ts'
import { count, listUpTo } from '../../pages.ts'
import { connectorNamed } from './connector-named.ts'

type Options = JsonOption & { connector?: string; state?: string; intent?: string; limit?: number }

export function registerList(artifact: Command): void {
  const list = artifact
    .command('list')
    .description('packages that are stored at ClawButler')
    .option('--connector <name>', 'only of this one, by name or id')
    .addOption(
      new Option('--state <state>', 'only these').choices(artifactStates.filter((state) => state !== 'deleting')),
    )
    .addOption(new Option('--intent <intent>', 'only these').choices([...intents]))
    .option('--limit <count>', 'how many', count)
  withJson(list).action(async ({ connector, state, intent, limit, ...options }: Options) => {
    const session = await Session.open(process.env)
    const connectorId = connector === undefined ? undefined : (await connectorNamed(session, connector)).id
    const items = await listUpTo(session, '/artifacts', Artifact, { connectorId, state, intent }, limit)
    const columns = {
      id: (one: Artifact) => one.id,
      connector: (one: Artifact) => one.connectorName,
      state: (one: Artifact) => one.state,
      intent: (one: Artifact) => one.intent,
      cause: (one: Artifact) => one.cause,
      bytes: (one: Artifact) => one.size,
      agents: (one: Artifact) => one.agents,
      made: (one: Artifact) => one.madeAt,
      proven: (one: Artifact) => one.provenAt,
    }
    const isAll = connectorId === undefined && state === undefined && intent === undefined
    const none = isAll
      ? 'No packages are stored. Make one: clawbutler connector artifact back-up'
      : 'No such packages are stored.'
    showList(options, items, columns, none)
  })
}
