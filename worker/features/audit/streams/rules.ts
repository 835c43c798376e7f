const firstMs = 5_000
const longestMs = 3_600_000
/** When nothing has been taken for this long, the stream stops and says so. */
export const patienceMs = 3 * 86_400_000

/** How long to wait after that many failed attempts, spread by `random` (0 to 1) over half and one and a half of it. */
export const backoffMs = (attempts: number, random: number): number =>
  Math.round(Math.min(firstMs * 2 ** Math.min(attempts - 1, 20), longestMs) * (0.5 + random))

/** What follows from an attempt. `status` is 0 when there was no answer. */
export type Verdict =
  | { kind: 'delivered' }
  | { kind: 'stop'; reason: 'gone' | 'unreachable' }
  /** The receiver takes less at once. */
  | { kind: 'halve' }
  | { kind: 'again'; dueAt: number }

/**
 * `troubleSince`: the first failed attempt of this delivery; `attempts` counts this one. A receiver that asks to be left
 * alone for longer than we would wait is, up to an hour.
 */
export const verdictOn = (
  {
    status,
    attempts,
    events,
    troubleSince,
    retryAfterMs,
  }: { status: number; attempts: number; events: number; troubleSince: number; retryAfterMs: number | null },
  now: number,
  random: number,
): Verdict => {
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status === 410) return { kind: 'stop', reason: 'gone' }
  if (status === 413 && events > 1) return { kind: 'halve' }
  if (now - troubleSince >= patienceMs) return { kind: 'stop', reason: 'unreachable' }
  const asked = Math.min(retryAfterMs ?? 0, longestMs)
  return { kind: 'again', dueAt: now + Math.max(asked, backoffMs(attempts, random)) }
}
