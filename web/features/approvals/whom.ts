import type { Approval } from '../../../worker/features/approvals/contract.ts'
import type { T } from '../../i18n/use-t.ts'

/** Who asks and through what, as far as each is known: an agent and its connector, or a system and its credential. */
export const whomText = (t: T, { agentId, agentName, connectorId, connectorName, requestedBy }: Approval) => {
  const agent = agentName ?? agentId ?? (connectorId === null ? null : t('agents.unknown'))
  return [agent, connectorName ?? connectorId ?? requestedBy.name].filter(Boolean).join(' · ')
}
