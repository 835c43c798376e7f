import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { CommandGroup } from '../../worker/features/connectors/link/commands/contract.ts'
import { readJsonFile, writePrivateFile } from './private-file.ts'

/** What `clawbutler connect` needs, saved after the first welcome so that the next time it needs nothing. */
const ConnectorProfile = z.object({
  server: z.string(),
  token: z.string(),
  gateway: z.string(),
  gatewayToken: z.string().nullable(),
  groups: z.array(CommandGroup),
  backupPassphraseFile: z.string().nullable().default(null),
  name: z.string().nullable(),
})
export type ConnectorProfile = z.infer<typeof ConnectorProfile>

const fileOf = (stateDir: string) => join(stateDir, 'connector.json')

export const defaultStateDir = (env: NodeJS.ProcessEnv): string =>
  join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'clawbutler', 'connector')

export const loadConnectorProfile = (stateDir: string) => readJsonFile(fileOf(stateDir), ConnectorProfile)

/** Writes the profile if it says anything new: a full disk must not end a connector that needs to write nothing. */
export async function saveConnectorProfile(stateDir: string, profile: ConnectorProfile): Promise<void> {
  const saved = await loadConnectorProfile(stateDir).catch(() => null)
  const next = ConnectorProfile.parse(profile)
  if (JSON.stringify(saved) !== JSON.stringify(next))
    await writePrivateFile(fileOf(stateDir), JSON.stringify(next, null, 2))
}
