export { clearRate, isFirst, perAccount, perAddress, sweepRateLimits, takeRate } from './take.ts'
