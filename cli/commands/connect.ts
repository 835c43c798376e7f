import type { Command } from 'commander'
import { Connector } from '../connector/connector.ts'
import { Failure } from '../output/failure.ts'
import { note, plain } from '../output/output.ts'
import { saveConnectorProfile } from '../profile/connector-profile.ts'
import { StateFolderBusy } from '../state/lock.ts'
import { addConnectorOptions, type ResolvedConnector, resolveConnector } from './connector-options.ts'

export function registerConnect(program: Command): void {
  const command = program.command('connect').description('connect an OpenClaw gateway to ClawButler and stay connected')
  addConnectorOptions(command).action(async (options: unknown) => {
    await connect(await resolveConnector(options, process.env))
  })
}

async function connect(options: ResolvedConnector): Promise<void> {
  const { stateDir, journalBytesMax, ...profile } = options
  const connector = await openConnector(options, async () => {
    await saveConnectorProfile(stateDir, profile)
  })
  let stopping: Promise<void> | null = null
  const stop = () => {
    if (stopping) return
    note('Stopping; unsent events stay in the journal.')
    stopping = connector.stop()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  note(`Connecting ${options.gateway} to ${options.server} (accepts: ${options.groups.join(', ')}).`)
  const ending = await connector.run()
  stopping ??= connector.stop()
  await stopping
  process.off('SIGINT', stop)
  process.off('SIGTERM', stop)
  if (ending) throw new Failure(ending.detail, ending.exitCode)
}

/** A connector on the state folder; a folder in use is a failure that says so. */
export async function openConnector(options: ResolvedConnector, onWelcome?: () => Promise<void>): Promise<Connector> {
  try {
    return await Connector.open({
      ...options,
      say: (line) => note(`${new Date().toISOString()} ${plain(line)}`),
      ...(onWelcome ? { onWelcome } : {}),
    })
  } catch (error) {
    if (error instanceof StateFolderBusy) throw new Failure(error.message)
    throw error
  }
}
