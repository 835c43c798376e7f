import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import {
  CommandGroup,
  commandGroups,
  commandGroupsDefault,
} from '../../worker/features/connectors/link/commands/contract.ts'
import { usage } from '../output/failure.ts'
import { type ConnectorProfile, defaultStateDir, loadConnectorProfile } from '../profile/connector-profile.ts'

const Options = z.object({
  server: z.string().optional(),
  token: z.string().optional(),
  gateway: z.string().optional(),
  gatewayToken: z.string().optional(),
  state: z.string().optional(),
  groups: z.string().optional(),
  readOnly: z.boolean().optional(),
  backupPassphraseFile: z.string().optional(),
  name: z.string().optional(),
  journalMaxMb: z.coerce.number().min(1).max(1_000_000).default(256),
})

export type ResolvedConnector = ConnectorProfile & { stateDir: string; journalBytesMax: number }

/** The options that `connect` and `connector doctor` share; each also comes from the environment or the saved profile. */
export const addConnectorOptions = (command: Command): Command =>
  command
    .addOption(new Option('--server <url>', 'address of ClawButler').env('CLAWBUTLER_SERVER'))
    .addOption(new Option('--token <token>', 'connector token, shown once when it was created').env('CLAWBUTLER_TOKEN'))
    .addOption(
      new Option('--gateway <url>', 'OpenClaw gateway (default ws://127.0.0.1:18789)').env('CLAWBUTLER_GATEWAY'),
    )
    .addOption(
      new Option('--gateway-token <token>', "the gateway's own token; on this machine it is found by itself").env(
        'CLAWBUTLER_GATEWAY_TOKEN',
      ),
    )
    .addOption(new Option('--state <folder>', 'folder for the journal and the saved profile').env('CLAWBUTLER_STATE'))
    .addOption(
      new Option(
        '--groups <list>',
        `what the server may ask for: ${commandGroups.join(',')} (default ${commandGroupsDefault.join(',')}); all but read need operator.admin at the gateway`,
      ).env('CLAWBUTLER_GROUPS'),
    )
    .addOption(
      new Option(
        '--backup-passphrase-file <file>',
        'let the server ask for backups, encrypted under the passphrase in this file; it never leaves this machine',
      ).env('CLAWBUTLER_BACKUP_PASSPHRASE_FILE'),
    )
    .option('--read-only', 'the same as --groups read (env: CLAWBUTLER_READ_ONLY)')
    .option('--name <name>', 'what this connector calls itself at the gateway')
    .addOption(
      new Option('--journal-max-mb <megabytes>', 'bound of the journal on disk (default 256)').env(
        'CLAWBUTLER_JOURNAL_MAX_MB',
      ),
    )

/** Flags before environment before saved profile; what is still missing is a usage error that names the flag. */
export async function resolveConnector(given: unknown, env: NodeJS.ProcessEnv): Promise<ResolvedConnector> {
  const parsed = Options.safeParse(given)
  if (!parsed.success) throw usage('--journal-max-mb must be a number of megabytes, at least 1.')
  const options = parsed.data
  const stateDir = resolve(options.state || defaultStateDir(env))
  const saved = await loadConnectorProfile(stateDir)
  const server = options.server || saved?.server
  const token = options.token || saved?.token
  if (!server) throw usage('Where is ClawButler? Give --server URL (or CLAWBUTLER_SERVER).')
  if (!token) throw usage('Give the connector token with --token (or CLAWBUTLER_TOKEN).')
  const gateway = options.gateway || saved?.gateway || 'ws://127.0.0.1:18789'
  const readOnly = options.readOnly === true || isOn(env.CLAWBUTLER_READ_ONLY)
  const backupPassphraseFile = options.backupPassphraseFile
    ? resolve(options.backupPassphraseFile)
    : (saved?.backupPassphraseFile ?? null)
  const groups = groupsOf(options.groups, readOnly, saved?.groups)
  // Giving the file is the choice; a list of groups that leaves it out is the other one.
  if (options.backupPassphraseFile && !readOnly && !groups.includes('backup')) groups.push('backup')
  if (groups.includes('backup') && backupPassphraseFile === null)
    throw usage('The group backup needs --backup-passphrase-file.')
  requireProtocol('--server', server, ['http:', 'https:'])
  requireProtocol('--gateway', gateway, ['ws:', 'wss:'])
  return {
    server: server.replace(/\/+$/, ''),
    token,
    gateway,
    gatewayToken: options.gatewayToken || saved?.gatewayToken || null,
    groups,
    backupPassphraseFile: groups.includes('backup') ? backupPassphraseFile : null,
    name: options.name ?? saved?.name ?? null,
    stateDir,
    journalBytesMax: Math.floor(options.journalMaxMb * 1024 * 1024),
  }
}

const isOn = (value: string | undefined): boolean => !['', '0', 'false', 'no'].includes(value?.toLowerCase() ?? '')

function groupsOf(list: string | undefined, readOnly: boolean, saved: CommandGroup[] | undefined): CommandGroup[] {
  if (readOnly) return ['read']
  if (!list) return [...(saved ?? commandGroupsDefault)]
  const names = list.split(',').map((name) => name.trim())
  const groups = z
    .array(CommandGroup)
    .min(1)
    .safeParse(names.filter((name) => name !== ''))
  if (!groups.success) throw usage(`--groups takes a list of ${commandGroups.join(', ')}.`)
  return [...new Set<CommandGroup>(['read', ...groups.data])]
}

function requireProtocol(option: string, address: string, protocols: string[]): void {
  const protocol = URL.parse(address)?.protocol
  if (!protocol || !protocols.includes(protocol)) {
    throw usage(`${option} must be an address that begins with ${protocols.join('// or ')}//.`)
  }
}
