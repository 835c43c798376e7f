/** A text cut to what the contract takes. */
export const cut = (text: string, length = 300): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text
export const cutOrNull = (text: string | null | undefined, length = 300): string | null =>
  text == null ? null : cut(text, length)

/** A gateway's milliseconds as a timestamp; what no clock could say becomes now. */
export function instant(ms: number | null | undefined, now = Date.now()): string {
  const plausible = typeof ms === 'number' && Number.isFinite(ms) && ms > 0 && ms < 8.64e15
  const date = new Date(plausible ? ms : now)
  return date.getUTCFullYear() > 9_999 ? new Date(now).toISOString() : date.toISOString()
}

/** An error text without what looks like a credential. */
export const withoutSecrets = (text: string): string =>
  text
    .replace(/\b(bearer|token|key|secret|password)(["':=\s]+)[^\s"',;]{6,}/gi, '$1$2[masked]')
    .replace(/\b(sk|pk|ghp|gho|xox[a-z]|AKIA)[-_A-Za-z0-9]{8,}/g, '[masked]')
