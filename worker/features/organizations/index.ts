export { createOrganizationStatements } from './create.ts'
export { invitationGone, joinStatements, openInvitation, spendInvitationStatement } from './join.ts'
export { findMembership, findOpenInvitation, invitationAcceptedBy, membershipsOf } from './store.ts'
