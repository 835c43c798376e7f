import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import type { SemanticChange, SnapshotScope } from '../diff/contract.ts'

/** Files may hold anything: who reads them here needs what reading them at the gateway needs. */
const capability = 'agents.write'

/** Throws `forbidden` for contents of files. */
export const refuseUnreadable = ({ capabilities }: OrganizationContext, scope: SnapshotScope): void => {
  if (scope === 'workspace_bundle' && !capabilities.has(capability))
    throw new AppError('forbidden', `Contents of files need the capability ${capability}.`, { context: { capability } })
}

/** Which files differ, without what stands in them, for whoever may not read those. */
export const readable = (
  { capabilities }: OrganizationContext,
  scope: SnapshotScope,
  changes: SemanticChange[],
): SemanticChange[] =>
  scope !== 'workspace_bundle' || capabilities.has(capability)
    ? changes
    : changes.map((change) => ({ ...change, before: null, after: null, hunks: null }))
