export { passkeySigned, type SignedByPasskey, signingOptions } from './passkeys/sign.ts'
export { sweepIdentity } from './sweep.ts'
