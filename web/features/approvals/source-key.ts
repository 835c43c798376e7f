import type { ApprovalSource } from '../../../worker/features/rules/contract.ts'

/** A source's name among the messages, where a dot would be a level of its own. */
export const sourceKey = (source: ApprovalSource) =>
  source === 'openclaw.exec' ? 'exec' : source === 'openclaw.plugin' ? 'plugin' : 'api'
