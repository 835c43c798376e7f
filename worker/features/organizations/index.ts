export { createOrganizationStatements } from './create.ts'
export { invitationGone, joinStatements, openInvitation, spendInvitationStatement } from './join.ts'
export { findMembership, getOrganization, invitationAcceptedBy, membershipsOf } from './store.ts'
