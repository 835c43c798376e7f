import type { ReactNode } from 'react'

export type Tone = 'good' | 'warn' | 'bad' | 'off' | 'busy'
const dots: Record<Tone, string> = {
  good: 'bg-low',
  warn: 'bg-medium',
  bad: 'bg-critical',
  off: 'border-[1.5px] border-ink-3 bg-transparent',
  busy: 'bg-accent',
}

/** A state: a dot whose fill differs too (hollow when off), and always its word. */
export function Dot({ tone, children, quiet }: { tone: Tone; children: ReactNode; quiet?: boolean }) {
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap ${quiet ? 'text-2xs text-ink-2' : 'text-xs'}`}>
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${dots[tone]}`} />
      <span>{children}</span>
    </span>
  )
}

export const Chip = ({ children }: { children: ReactNode }) => (
  <span className="inline-flex h-5 items-center rounded-sm border border-line-2 px-1.5 text-2xs whitespace-nowrap text-ink-2">
    {children}
  </span>
)
