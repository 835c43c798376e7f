export { idempotencyKeys, sweepIdempotencyKeys } from './keys.ts'
