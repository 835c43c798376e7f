export { sweepIdentity } from './sweep.ts'
