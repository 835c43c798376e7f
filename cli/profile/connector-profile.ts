import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { CommandGroup } from '../../worker/features/connectors/link/contract.ts'
import { readJsonFile, writePrivateFile } from './private-file.ts'

/** What `clawbutler connect` needs, saved after the first welcome so that the next time it needs nothing. */
const ConnectorProfile = z.object({
  server: z.string(),
  token: z.string(),
  gateway: z.string(),
  gatewayToken: z.string().nullable(),
  groups: z.array(CommandGroup),
  name: z.string().nullable(),
})
export type ConnectorProfile = z.infer<typeof ConnectorProfile>

const fileOf = (stateDir: string) => join(stateDir, 'connector.json')

export const defaultStateDir = (env: NodeJS.ProcessEnv): string =>
  join(env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'clawbutler', 'connector')

export const loadConnectorProfile = (stateDir: string) => readJsonFile(fileOf(stateDir), ConnectorProfile)

export const saveConnectorProfile = (stateDir: string, profile: ConnectorProfile) =>
  writePrivateFile(fileOf(stateDir), JSON.stringify(profile, null, 2))
