const masked = '••••'

const named =
  'pass(?:word|wd|phrase)|secret|token|api[-_]?key|access[-_]?key(?:[-_]id)?|private[-_]?key|credential|[-_]pwd|[-_]pass'
const secretField =
  /(?:pass(?:word|wd|phrase)|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|authorization|cookie|credential)s?$/i

/** A value as it stands in a command line or in JSON: up to its closing quote, or up to the next blank. */
const value = `(?!${masked})(?:\\\\?"[^"\\n]{1,500}"?|'[^'\\n]{1,500}'?|[^\\s"'&;,]{3,})`

/**
 * Shapes that are secrets wherever they stand. Each is linear: a run of unknown length is followed by nothing that must
 * match, or is bounded.
 */
const shapes: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, masked],
  [/\b(sk|pk|rk)[-_](live|test|proj|ant|or)?[-_]?(?=[A-Za-z_-]{0,60}\d)[A-Za-z0-9_-]{16,}/g, masked],
  [/\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}/g, masked],
  [/\bglpat-[\w-]{16,}|\bxox[abeoprs]-[\w-]{10,}|\bnpm_[A-Za-z0-9]{30,}|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}/g, masked],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, masked],
  [/\bcb[ckr]_[a-z0-9]{26}_[\w-]{20,}/g, masked],
  [/(\bauthorization\\?["']?\s{0,3}[=:]\s{0,3}\\?["']?(?:[a-z]{1,20}\s{1,3})?)[^\s"']{3,}/gi, `$1${masked}`],
  [/(\b(?:set-)?cookie\\?["']?:\s{0,3})[^"'\n]{3,2000}/gi, `$1${masked}`],
  [/(\b(?:bearer|basic)\s{1,3})(?=[\w.~+/=-]{0,200}[\d=])[\w.~+/=-]{8,}/gi, `$1${masked}`],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}:)[^\s/]{1,500}(@)/gi, `$1${masked}$2`],
  [
    new RegExp(`((?:^|[\\s?&;,{("'])-{0,2}[\\w-]{0,40}(?:${named})s?\\\\?["']?\\s{0,3}[=:]\\s{0,3})${value}`, 'gi'),
    `$1${masked}`,
  ],
  [new RegExp(`(\\s--?(?:[\\w-]{1,20}-)?(?:${named})\\s{1,3})(?!-)${value}`, 'gi'), `$1${masked}`],
  [/(\bcurl\b[^|;&\n]{0,300}?\s(?:-u|--user|--proxy-user)[\s=]{0,3}["']?[^\s:"']{1,100}:)[^\s"']+/g, `$1${masked}`],
  [/(\bmysql(?:dump|admin)?\b[^|;&\n]{0,300}?\s-p)[^\s"'-]\S{2,}/g, `$1${masked}`],
  [/(\bsshpass\s{1,3}-p\s{0,3})\S+/g, `$1${masked}`],
]

/** A word of each shape: text without any of them, which is nearly all text, is done after one look. */
const hints =
  /pass|secret|token|key|pwd|credential|authorization|cookie|bearer|basic|:\/\/|curl|mysql|eyJ|\b[spr]k[-_]|gh[pousr]_|github_pat|glpat|xox|npm_|AIza|ya29|AKIA|ASIA|cb[ckr]_/i

/** Takes secrets out of free text: well-known token shapes, credentials in URLs, values named like secrets. */
export const maskText = (given: string): string => {
  // Half a surrogate pair has no canonical bytes, and nothing that holds one could be proven.
  const text = given.toWellFormed()
  if (!hints.test(text)) return text
  return shapes.reduce(
    (current, [shape, replacement]) => current.replace(shape, replacement),
    text.replace(/(?<![\w.-])[\w.-]{28,}/g, maskWebTokens),
  )
}

/**
 * JSON Web Tokens: three parts between dots, the first of which begins with `{"` in base64url. Looked for by hand within
 * a run of such characters, which an expression could do only by scanning it again from every beginning.
 */
const maskWebTokens = (run: string): string => {
  const parts = run.split('.')
  for (const [index, part] of parts.entries()) {
    const at = part.indexOf('eyJ')
    const [claims = '', signature = ''] = [parts[index + 1], parts[index + 2]]
    if (at < 0 || part.length - at < 10 || claims.length < 8 || signature.length < 8) continue
    parts.splice(index, 3, part.slice(0, at) + masked)
  }
  return parts.join('.')
}

/** Takes secrets out of a payload, however deep: by the shape of the text and by the name of the field. */
export const maskPayload = (payload: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(payload).map(([key, held]) => [key.toWellFormed(), maskField(key, held)]))

const maskField = (key: string, held: unknown): unknown => {
  if (held === null || typeof held === 'boolean') return held
  if (secretField.test(key) && !isCount(key, held)) return masked
  if (typeof held === 'string') return maskText(held)
  if (Array.isArray(held)) return held.map((item) => maskField(key, item))
  return isRecord(held) ? maskPayload(held) : held
}

/** How many tokens a model read is no secret. */
const isCount = (key: string, held: unknown): boolean => typeof held === 'number' && /tokens$/i.test(key)

const isRecord = (held: unknown): held is Record<string, unknown> => typeof held === 'object' && held !== null
