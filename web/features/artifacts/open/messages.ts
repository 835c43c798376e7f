import { z } from 'zod'
import { PackageHeader, PackageManifest } from '../../../../cbpkg/contract.ts'
import { packageErrorKinds } from '../../../../cbpkg/package-error.ts'

/** Why a package does not open here: what is wrong with it, or with this browser. */
export const faults = [...packageErrorKinds, 'unreadable', 'no_cryptography', 'unexpected'] as const
export type Fault = (typeof faults)[number]

/** What the page asks of the worker that holds the keys; each question has a number of its own. */
export const Question = z.discriminatedUnion('kind', [
  z.strictObject({ id: z.number(), kind: z.literal('open'), file: z.instanceof(Blob), passphrase: z.string() }),
  z.strictObject({ id: z.number(), kind: z.literal('verify') }),
  z.strictObject({ id: z.number(), kind: z.literal('read'), index: z.number().int() }),
])
export type Question = z.infer<typeof Question>

/** `progress` may come many times before one of the others, which ends the question. */
export const Answer = z.discriminatedUnion('kind', [
  z.strictObject({ id: z.number(), kind: z.literal('progress'), share: z.number() }),
  z.strictObject({ id: z.number(), kind: z.literal('opened'), header: PackageHeader, manifest: PackageManifest }),
  z.strictObject({ id: z.number(), kind: z.literal('verified') }),
  z.strictObject({ id: z.number(), kind: z.literal('content'), bytes: z.instanceof(Uint8Array<ArrayBuffer>) }),
  z.strictObject({ id: z.number(), kind: z.literal('refused'), fault: z.enum(faults) }),
])
export type Answer = z.infer<typeof Answer>
