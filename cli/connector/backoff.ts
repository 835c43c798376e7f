/** Full jitter: a random wait under a bound that doubles with each attempt, so that a crowd does not return at once. */
export function backoffMs(attempt: number, bounds = { firstMs: 250, mostMs: 30_000 }, random = Math.random): number {
  const bound = Math.min(bounds.mostMs, bounds.firstMs * 2 ** Math.min(attempt, 30))
  return Math.round(random() * bound)
}

/** Waits, or returns at once when the signal says that there is nothing to wait for any more. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish)
  })
}
