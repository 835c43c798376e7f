import type { BackupReach } from './backups/contract.ts'

/** Whether a backup could be made there now, and what stands in the way. */
export const reachOf = ({
  state,
  gatewayConnected,
  groups,
}: {
  state: string
  gatewayConnected: boolean
  groups: readonly string[]
}): BackupReach => {
  if (state === 'paused') return 'paused'
  if (state !== 'online') return 'connector_offline'
  if (!groups.includes('backup')) return 'no_group'
  return gatewayConnected ? 'ready' : 'gateway_away'
}

export const remedies: Record<Exclude<BackupReach, 'ready'>, string> = {
  paused: 'Resume the connector.',
  connector_offline: 'Start the connector beside its gateway.',
  no_group: 'Start the connector with the group backup and --backup-passphrase-file.',
  gateway_away: 'Start the gateway.',
}
