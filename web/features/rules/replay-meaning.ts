import type { OutcomeKind } from '../../../worker/features/rules/contract.ts'
import type { Happening } from '../../../worker/features/rules/replay/contract.ts'

/**
 * danger: what was refused would run. caution: what nobody answered would run. stop: what people allowed would not.
 * spared: people would no longer be asked, and had said the same. more: people would be asked, who were not.
 */
export type CellMeaning = 'same' | 'danger' | 'caution' | 'stop' | 'spared' | 'more'

const meanings: Record<Happening, Record<OutcomeKind, CellMeaning>> = {
  allowed: { allow: 'same', refuse: 'stop', ask: 'more' },
  refused: { allow: 'danger', refuse: 'same', ask: 'more' },
  asked_allowed: { allow: 'spared', refuse: 'stop', ask: 'same' },
  asked_refused: { allow: 'danger', refuse: 'spared', ask: 'same' },
  asked_unanswered: { allow: 'caution', refuse: 'spared', ask: 'same' },
}

export const meaningOf = (happened: Happening, would: OutcomeKind) => meanings[happened][would]

/** The pairs that somebody has to look at before saving, the gravest first. */
export const notable = [
  { key: 'asked_refused.allow', happened: 'asked_refused', would: 'allow' },
  { key: 'refused.allow', happened: 'refused', would: 'allow' },
  { key: 'asked_unanswered.allow', happened: 'asked_unanswered', would: 'allow' },
  { key: 'asked_allowed.refuse', happened: 'asked_allowed', would: 'refuse' },
  { key: 'allowed.refuse', happened: 'allowed', would: 'refuse' },
] as const
