import { masked, type Report } from './finding.ts'
import { inUrls, ofPrograms, type Rule, rule } from './places.ts'

const names =
  'pass(?:word|wd|phrase|code)|secret|token|api[-_]?key|access[-_]?key(?:[-_]id)?|(?:private|secret|signing|encryption|master|account)[-_]?key|credential|[-_]pwd|[-_]pass|[-_]psk'
const secretField =
  /(?:pass(?:word|wd|phrase|code)|secret|token|api[-_]?key|access[-_]?key|(?:private|secret|signing|encryption|master|account)[-_]?key|authorization|cookie|credential|(?:^|[-_])(?:pass|pwd|psk)|密码|口令|密钥|令牌)s?$/i
const argument = new RegExp(`^--?(?:[\\w-]{1,40}-)?(?:${names})s?$`, 'i')

/** A value as it stands in a command line or in JSON: up to its closing quote, or up to the next blank. */
const value = `(?:\\\\{0,7}"([^"\\n]{1,2000})"?|'([^'\\n]{1,2000})'?|([^\\s"'&;,]{3,}))`
const beginning = `(?:^|[\\s?&;,{("'|\`=-]|%22|%3F|%26|(?:^|\\s)/)`

/** What is a secret by the name that stands before it, and by its place (places.ts). */
const rules: readonly Rule[] = [
  rule(
    'authorization',
    /authorization/i,
    /(\bauthorization\\?["']?\s{0,3}[=:]\s{0,3}\\?["']?(?:[a-z]{1,20}\s{1,3})?)([^\s"']{3,})/gi,
  ),
  rule('cookie', /cookie/i, /(\b(?:set-)?cookie\\?["']?:\s{0,3})([^"'\n]{3,2000})/gi),
  rule('authorization', /bearer|basic/i, /(\b(?:bearer|basic)\s{1,3})(?=[\w.~+/=-]{0,200}[\d=])([\w.~+/=-]{8,})/gi),
  rule(
    'secret',
    /pass|secret|token|key|pwd|psk|credential/i,
    new RegExp(
      `(${beginning}-{0,2}[\\w.-]{0,40}(?:${names})s?(?:\\\\{0,7}["']|%22)?\\s{0,3}(?:=>?|:=?|%3D|%3A)\\s{0,3})${value}`,
      'gi',
    ),
  ),
  rule(
    'secret',
    /pass|secret|token|key|pwd|psk|credential/i,
    new RegExp(`((?:^|\\s)--?(?:[\\w-]{1,20}-)?(?:${names})\\s{1,3})(?!-)${value}`, 'gi'),
  ),
  rule(
    'secret',
    /密码|口令|密钥|秘钥|令牌|授权码|验证码/,
    /((?:密码|口令|密钥|秘钥|令牌|授权码|验证码)\s{0,3}(?:[:：=]|是|为)\s{0,3})([!-~]{3,200})/g,
  ),
  rule(
    'secret',
    /(?:pass|pwd|psk)=/i,
    new RegExp(`((?:^|[\\s?&;,{("'|\`])(?:pass|pwd|psk)=)(?!["']?(?:[~.]?/|~|\\d{1,4}(?!\\w)))${value}`, 'gi'),
  ),
  ...inUrls,
  ...ofPrograms,
]

/** Where a value comes from, or what kind of thing it is: not the value. */
const noSecret =
  /^(?:\$|%\w{1,60}%$|\{\{|<[\w -]{1,60}>$|\*+$|•+$|x{3,}$|\.{3}|process\.env\b|os\.environ\b|env\.|import\.meta|secrets?\.|vars?\.|(?:string|number|boolean|null|none|nil|undefined|true|false|required|optional|expired|invalid|missing|unknown|redacted|hidden|masked|the|and|not|your)\b[).\]}]?$)/i

/** Values whose name, header, flag or place in a URL says that they are secrets. */
export const findNamed = (text: string, report: Report): void => {
  for (const { class: name, hint, pattern } of rules) {
    if (!hint.test(text)) continue
    pattern.lastIndex = 0
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const [whole, lead = '', ...groups] = match
      // The quote behind it may be escaped, as the one before it is.
      const found = groups.find((group) => group !== undefined)?.replace(/\\+$/, '')
      if (!found || isCounted(lead, found)) continue
      if (noSecret.test(found) || found.startsWith(masked)) continue
      const start = match.index + lead.length + whole.slice(lead.length).indexOf(found)
      report({ start, end: start + found.length, class: name, kind: 'secret', value: found })
    }
  }
}

/** How many tokens a model read is no secret. */
const isCounted = (lead: string, found: string): boolean => /^\d{1,9}$/.test(found) && /tokens/i.test(lead)

/** A field of this name holds a secret, whatever it looks like. */
export const isSecretField = (key: string): boolean => secretField.test(key) || /[a-z](?:Pass|Pwd|Psk)$/.test(key)

/** Whether what stands under such a name is something else: a number of tokens, of tests that passed, or a folder. */
export const isNoSecret = (key: string, held: unknown): boolean =>
  typeof held === 'number'
    ? /(?:tokens|pass)$/i.test(key)
    : typeof held === 'string' && /pwd$/i.test(key) && /^(?:[~.]{0,2}[/\\]|[~.]$|[A-Za-z]:\\)/.test(held)

/** Where a registry's file has user and password, encoded. */
export const isLoginField = (key: string): boolean => /^_?auth$/i.test(key)

/** Whether what stands in such a field is that. */
export const isEncodedLogin = (held: unknown): boolean => {
  if (typeof held !== 'string' || !/^[A-Za-z0-9+/]{8,2000}={0,2}$/.test(held)) return false
  try {
    return /^[!-9;-~]{0,200}:[ -~]+$/.test(atob(held))
  } catch {
    return false
  }
}

/** Of a list of arguments: the one behind this is a secret. */
export const announcesSecret = (text: string): boolean => argument.test(text)
