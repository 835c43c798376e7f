import type { CommandGroup } from '../../worker/features/connectors/link/commands/contract.ts'

/**
 * Scopes follow from the groups. Deciding needs `operator.admin`: the gateway shows an approval only to the device
 * whose run asked for it and to administrators; so does changing configuration, files and jobs. Without the group of
 * decisions we neither may nor seem to be able to decide.
 */
export function accessFor(groups: readonly CommandGroup[]): { scopes: string[]; caps: string[] } {
  const decides = groups.includes('approvals')
  const admin =
    decides || groups.includes('manage') || groups.includes('stop') || groups.includes('backup')
      ? ['operator.admin']
      : []
  const caps = decides ? ['tool-events', 'approvals'] : ['tool-events']
  return { scopes: ['operator.read', 'operator.approvals', ...admin], caps }
}
