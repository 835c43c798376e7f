export { coveringGrant, useGrantStatement } from './cover.ts'
export { grantCreatedStatement, insertGrantStatement, newGrant, refuseUnfitGrant } from './create.ts'
export { grantRevokeAnswered, revokesWaiting } from './gateway.ts'
export { gatewayGrantsListed } from './listed.ts'
