let offsetMs = 0
let bestRoundTripMs = Number.POSITIVE_INFINITY

/**
 * Learns the server's clock from the Date header of an answer. The header has whole seconds, so half a second is
 * added; the answer with the shortest round trip counts, because its midpoint is the surest.
 */
export const learnServerClock = (date: string | null, sentAt: number, receivedAt: number) => {
  const told = date === null ? Number.NaN : Date.parse(date)
  const roundTripMs = receivedAt - sentAt
  if (Number.isNaN(told) || roundTripMs > bestRoundTripMs) return
  bestRoundTripMs = roundTripMs
  offsetMs = told + 500 - (sentAt + roundTripMs / 2)
}

/** Now, in ms since the epoch, by the server's clock: what expiry times are measured against. */
export const serverNow = () => Date.now() + offsetMs
