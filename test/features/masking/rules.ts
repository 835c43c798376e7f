import { personalClasses } from '../../../worker/features/masking/contract.ts'
import type { MaskingRules } from '../../../worker/features/masking/mask.ts'

/** Rules as an organization begins with, its key made of one letter. */
export const masksLike = (given: Partial<MaskingRules> = {}, letter = 'a'): MaskingRules => ({
  version: 0,
  key: new TextEncoder().encode(letter.repeat(32)),
  personal: new Set(personalClasses.filter((name) => name !== 'private-ip')),
  patterns: [],
  fields: new Map(),
  keepOriginals: false,
  ...given,
})
