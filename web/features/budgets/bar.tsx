import type { Budget } from '../../../worker/features/budgets/contract.ts'

/**
 * Spending against what is allowed: amber from the warning on, red at the limit. What is beyond the limit is hatched and
 * behind its mark, so that the colour is not needed to see it. Whoever hears the page hears the figures beside it.
 */
export function Bar({ standing, large = false }: { standing: Budget['standing']; large?: boolean }) {
  const { spentMicroUsd: spent, allowedMicroUsd: limit, warnAtMicroUsd: warnAt, state } = standing
  const fill = fills[state]
  const whole = Math.max(spent, limit)
  const at = (amount: number) => `${(amount / whole) * 100}%`
  return (
    <div aria-hidden className={`relative w-full overflow-hidden rounded-full bg-line ${large ? 'h-3' : 'h-1.5'}`}>
      <span className={`absolute inset-y-0 left-0 ${fill}`} style={{ width: at(Math.min(spent, limit)) }} />
      {spent > limit ? (
        <>
          <span className={`hatched absolute inset-y-0 right-0 ${fill}`} style={{ left: at(limit) }} />
          <span className="absolute inset-y-0 w-0.5 bg-surface" style={{ left: at(limit) }} />
        </>
      ) : state === 'ok' ? (
        <span className="absolute inset-y-0 w-px bg-ink-3" style={{ left: at(warnAt) }} />
      ) : null}
    </div>
  )
}

const fills = { ok: 'bg-accent', warned: 'bg-medium', exceeded: 'bg-critical' } as const
