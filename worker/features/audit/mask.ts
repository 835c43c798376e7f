const masked = '••••'
const secretKey =
  /^(.*[-_.])?(password|passwd|passphrase|secret|token|api[-_]?key|apikey|authorization|cookie|private[-_]?key|credential)s?$/i

/** Shapes that are secrets wherever they stand. Each is linear: no nested repetition. */
const shapes: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, masked],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g, masked],
  [/\b(sk|pk|rk)[-_](live|test|proj|ant|or)?[-_]?[A-Za-z0-9_-]{16,}/g, masked],
  [/\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}/g, masked],
  [/\bglpat-[\w-]{16,}|\bxox[abeoprs]-[\w-]{10,}|\bnpm_[A-Za-z0-9]{30,}|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}/g, masked],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, masked],
  [/\bcb[ckr]_[a-z0-9]{26}_[\w-]{20,}/g, masked],
  [/\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi, `$1${masked}`],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}:)[^\s@/]{1,500}(@)/gi, `$1${masked}$2`],
  [
    /((?:^|[\s?&;"'])-{0,2}[\w-]{0,40}(?:password|passwd|secret|token|api[-_]?key|apikey)["']?\s{0,3}[=:]\s{0,3}["']?)[^\s"'&;]{3,}/gi,
    `$1${masked}`,
  ],
  [/(\s--?(?:password|passwd|secret|token|api[-_]?key|apikey)\s+["']?)[^\s"'-][^\s"']{2,}/gi, `$1${masked}`],
]

/** Takes secrets out of free text: well-known token shapes, credentials in URLs, values named like secrets. */
export const maskText = (text: string): string =>
  shapes.reduce((current, [shape, replacement]) => current.replace(shape, replacement), text)

/** Takes secrets out of a payload, however deep: by the shape of the text and by the name of the field. */
export const maskPayload = (payload: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, maskField(key, value)]))

const maskField = (key: string, value: unknown): unknown => {
  if (typeof value === 'string') return secretKey.test(key) ? masked : maskText(value)
  if (Array.isArray(value)) return value.map((item) => maskField(key, item))
  if (isRecord(value)) return maskPayload(value)
  return value
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
