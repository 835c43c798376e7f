import { type TokenKind, tokensOf } from './highlight.ts'

export const tokenClasses: Record<TokenKind, string> = {
  variable: 'text-accent',
  function: 'text-ink font-medium',
  text: 'bg-accent-soft/70 text-ink rounded-[3px]',
  number: 'text-ink',
  word: 'text-ink font-medium',
  operator: 'text-ink-3',
  plain: 'text-ink-2',
}

/** A condition to be read. */
export const ConditionText = ({ condition }: { condition: string }) =>
  tokensOf(condition).map(({ text, kind, at }) => (
    <span key={at} className={tokenClasses[kind]}>
      {text}
    </span>
  ))
