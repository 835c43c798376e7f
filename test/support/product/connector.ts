import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandGroup } from '../../../worker/features/connectors/link/commands/contract.ts'
import { commandLine } from './server.ts'

export interface RunningConnector {
  child: ChildProcess
  stateDir: string
  output: () => string
}

export interface ConnectorOptions {
  server: string
  token: string
  gateway: string
  gatewayToken: string
  stateDir?: string
  /** What the cloud may ask for; the connector's own choice when it is not given. */
  groups?: readonly CommandGroup[]
  /** Lets the cloud ask for backups under the passphrase in this file. */
  backupPassphraseFile?: string
}

/** Starts `clawbutler connect` as the command on the screen says. */
export const startConnector = ({
  server,
  token,
  gateway,
  gatewayToken,
  stateDir,
  groups,
  backupPassphraseFile,
}: ConnectorOptions): RunningConnector => {
  const folder = stateDir ?? mkdtempSync(join(tmpdir(), 'clawbutler-connector-'))
  const args = ['connect', '--server', server, '--token', token, '--gateway', gateway, '--gateway-token', gatewayToken]
  if (groups) args.push('--groups', groups.join(','))
  if (backupPassphraseFile) args.push('--backup-passphrase-file', backupPassphraseFile)
  const child = spawn(process.execPath, [commandLine, ...args, '--state', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, stateDir: folder, output: () => output }
}
