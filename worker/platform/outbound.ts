import ipaddr from 'ipaddr.js'

const timeoutMs = 10_000
const shortBytes = 16 * 1024
/** Names that mean this machine, its network or its cloud, whatever they resolve to. */
const internalName =
  /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|localdomain|arpa|onion|test|invalid|example)$/

/**
 * Why a URL that somebody gave us is not called; null when it may be. Only https, no credentials in it, no address
 * beyond the public internet in whichever spelling, no internal name. `allowPrivate` is for an installation that serves
 * the network it stands in: http and private addresses are allowed, credentials still are not. Names are not resolved
 * here: what keeps a public name from leading inwards is the network that the installation runs in.
 */
export const refusedTarget = (target: string, { allowPrivate }: { allowPrivate: boolean }): string | null => {
  const url = URL.parse(target)
  if (!url) return 'not a URL'
  if (url.username !== '' || url.password !== '') return 'credentials do not belong into a URL'
  if (allowPrivate) return url.protocol === 'https:' || url.protocol === 'http:' ? null : 'must be http or https'
  if (url.protocol !== 'https:') return 'must be https'
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() === 'unicast' ? null : 'the address is not a public one'
  if (!host.includes('.') || internalName.test(host)) return 'the name is an internal one'
  return null
}

/** `retryAfterMs`: how long the answer asks to wait; null when it does not. */
export type Outbound = { ok: true; status: number; retryAfterMs: number | null } | { ok: false; because: string }

/**
 * Posts to a URL that somebody gave us, guarded anew each time. Redirects are answers and never followed; the answer's
 * body is not looked at. Never throws: what went wrong is told.
 */
export const postOutbound = async (target: string, request: OutboundRequest): Promise<Outbound> => {
  const asked = await askOutbound(target, request)
  return asked.ok ? { ok: true, status: asked.status, retryAfterMs: asked.retryAfterMs } : asked
}

export interface OutboundRequest {
  headers: Record<string, string>
  body: string
  allowPrivate: boolean
  /** How long an answer is read; 16 KiB when it is left out. */
  answerBytesMax?: number
}

/** `text` is null for an answer that is longer than it is read, or one that is not UTF-8. */
export type OutboundAnswer =
  | { ok: true; status: number; retryAfterMs: number | null; type: string; text: string | null }
  | { ok: false; because: string }

/** The same, and looks at a short answer. */
export const askOutbound = async (
  target: string,
  { headers, body, allowPrivate, answerBytesMax = shortBytes }: OutboundRequest,
): Promise<OutboundAnswer> => {
  const refused = refusedTarget(target, { allowPrivate })
  if (refused !== null) return { ok: false, because: refused }
  const patience = new AbortController()
  const timer = setTimeout(
    () => patience.abort(new DOMException('the answer took too long', 'TimeoutError')),
    timeoutMs,
  )
  try {
    const answer = await fetch(target, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', 'user-agent': 'ClawButler', ...headers },
      body,
      signal: patience.signal,
    })
    const type = answer.headers.get('content-type') ?? ''
    const retryAfterMs = waitOf(answer.headers.get('retry-after'), Date.now())
    return { ok: true, status: answer.status, retryAfterMs, type, text: await shortText(answer, answerBytesMax) }
  } catch (error) {
    return { ok: false, because: error instanceof Error ? error.name : 'failed' }
  } finally {
    // A timer that is left running keeps an object from being put away.
    clearTimeout(timer)
  }
}

/** `Retry-After` as RFC 9110 has it: seconds, or a date, which is no wait once it is over; null for anything else. */
export const waitOf = (header: string | null, now: number): number | null => {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000
  const at = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

/** Reads a short answer, so that the connection can be used again, and hangs up on a long one. */
const shortText = async ({ body }: Response, bytesMax: number): Promise<string | null> => {
  const reader = body?.getReader()
  const parts: Uint8Array[] = []
  for (let read = 0; reader && read < bytesMax; ) {
    const { done, value } = await reader.read()
    if (done) return utf8Of(parts)
    read += value.byteLength
    parts.push(value)
  }
  await reader?.cancel()
  return reader ? null : ''
}

const utf8Of = (parts: Uint8Array[]): string | null => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    return parts.map((part) => decoder.decode(part, { stream: true })).join('') + decoder.decode()
  } catch {
    return null
  }
}
