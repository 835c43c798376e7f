import { z } from 'zod'
import { Timestamp } from '../../platform/contract.ts'

/** What is recognised as somebody's, besides secrets, which are always masked. */
export const personalClasses = [
  'email',
  'phone',
  'resident-id',
  'card',
  'iban',
  'ip',
  'private-ip',
  'passport',
  'plate',
] as const
const PersonalClass = z.enum(personalClasses)

const customMax = 50
const ClassName = z
  .string()
  .max(30)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'small letters, digits and hyphens')

const CustomField = z.strictObject({
  /** What its placeholder is called. */
  class: ClassName,
  /** The name of the field; capitals or not is the same. Its whole value is masked. */
  field: z.string().trim().min(1).max(100),
})
const CustomPattern = z.strictObject({
  class: ClassName,
  /** RE2. A match may have 512 characters. */
  pattern: z.string().min(1).max(500),
})

export const PutMasking = z.strictObject({
  /** Classes of personal data that are masked. */
  personal: z.array(PersonalClass).max(personalClasses.length),
  fields: z.array(CustomField).max(customMax),
  patterns: z.array(CustomPattern).max(20),
  /** Whether originals of personal data and of the organization's own classes are kept, encrypted for each subject. */
  keepOriginals: z.boolean(),
})
export type PutMasking = z.infer<typeof PutMasking>

export const MaskingPolicy = PutMasking.extend({
  /** 0 until somebody has changed anything. */
  version: z.number().int().nonnegative(),
  changedAt: Timestamp.nullable(),
  changedByName: z.string().nullable(),
})
export type MaskingPolicy = z.infer<typeof MaskingPolicy>

/** As every organization begins: everything personal but addresses of private networks; no originals. */
export const initialPolicy: PutMasking = {
  personal: personalClasses.filter((name) => name !== 'private-ip'),
  fields: [],
  patterns: [],
  keepOriginals: false,
}

export const TestMasking = z
  .strictObject({
    text: z.string().max(65_536).optional(),
    payload: z.record(z.string(), z.unknown()).optional(),
    /** A policy that is not saved yet; the saved one when left out. */
    policy: PutMasking.optional(),
  })
  .refine(({ text, payload }) => (text === undefined) !== (payload === undefined), 'either a text or a payload')
export type TestMasking = z.infer<typeof TestMasking>

export const TestedMasking = z.object({
  /** As it would be stored. */
  text: z.string().nullable(),
  payload: z.record(z.string(), z.unknown()).nullable(),
  /** In a text: what would be masked, in UTF-16 units. */
  findings: z.array(
    z.object({
      start: z.number().int(),
      end: z.number().int(),
      class: z.string(),
      kind: z.enum(['secret', 'personal', 'custom']),
      subject: z.string(),
    }),
  ),
})
