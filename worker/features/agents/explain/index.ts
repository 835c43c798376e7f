export { differenceBetween } from './difference.ts'
export { explain } from './explain.ts'
export type { Facts } from './facts.ts'
export { situationOf } from './situation.ts'
