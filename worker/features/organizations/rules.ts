import type { Role } from '../../platform/access/contract.ts'

/** Only an owner makes, changes or removes owners; everybody else below is open to whoever may write members. */
export const needsOwner = (from: Role, to: Role | null): boolean => from === 'owner' || to === 'owner'

export const invitationLifetimeMs = 7 * 86_400_000
