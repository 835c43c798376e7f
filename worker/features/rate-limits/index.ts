export { clearRate, perAccount, perAddress, sweepRateLimits, takeRate } from './take.ts'
