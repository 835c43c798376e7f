import type { Finding } from './detect/finding.ts'
import { announcesSecret, isEncodedLogin, isLoginField, isNoSecret, isSecretField } from './detect/named.ts'
import { isPhoneField, nationalOf } from './detect/phones.ts'
import { findIn, isHarmless, type Reading, type Rules, scan } from './detect/scan.ts'
import { isNameField, isSecretPair, isValueField } from './pairs.ts'
import { placeholderOf, pseudonymOf } from './pseudonym.ts'

/** All that masking needs to know of an organization. */
export interface MaskingRules extends Rules {
  /** Of the policy that they are. */
  version: number
  key: Uint8Array
  /** Custom fields: the class by the field's name in small letters. */
  fields: ReadonlyMap<string, string>
  keepOriginals: boolean
}

/** Something that was masked and may be kept, encrypted: never a secret. */
export interface Original {
  /** Where it stood: RFC 6901 JSON pointer into the payload. */
  path: string
  /** The data subject: `<class>:<pseudonym>`. */
  subject: string
  value: string
}

export interface MaskedPayload {
  payload: Record<string, unknown>
  originals: Original[]
}

/** Deeper than this nothing is read, and nothing is kept. */
const depthMax = 40
/** Of one event: an event that tells of more people than this keeps the first. */
const originalsMax = 200
/** JSON that stands in text, in text that stands in JSON … */
const nestedMax = 3

/** Ids, digests and the like: what they name is found by them, and numbers in them are nobody's. */
const idField =
  /(?:^|[a-z_-])(?:ids?|hash|digest|sha256|checksum|etag|fingerprint|commit|revision|vkey|ref|uuid|signature)$/i
/** How much or when: numbers in these are counted. */
const measureField = /(?:ms|at|bytes|size|count|tokens|total|position|seq|usd|usage|version|n)$/i

/**
 * Takes what is secret, personal or an organization's own out of a payload, however deep: by the shape of the text, by the
 * name of the field, in JSON within text and in names of fields. What stands in its place says its class and a pseudonym:
 * `‹email:7f3a2c9d0k›`. Pure; the same payload and rules give the same answer.
 */
export const maskPayload = (given: Record<string, unknown>, rules: MaskingRules): MaskedPayload => {
  const masking = new Masking(rules)
  const payload = masking.record(given, '', 0)
  return { payload, originals: masking.originals }
}

/** The same for a text alone. */
export const maskText = (text: string, rules: MaskingRules): string => new Masking(rules).text(text, '', 'text', 0)

class Masking {
  readonly originals: Original[] = []
  private readonly rules: MaskingRules

  constructor(rules: MaskingRules) {
    this.rules = rules
  }

  /** The same object where nothing in it is masked: nearly every event is such, and is read without being copied. */
  record(held: Record<string, unknown>, path: string, depth: number): Record<string, unknown> {
    const entries = Object.entries(held)
    const secretName = secretNameIn(entries)
    let isAsGiven = Object.getPrototypeOf(held) === Object.prototype
    for (const entry of entries) {
      const [key, value] = entry
      const { isWord } = nameOf(key)
      // A key of an object may be somebody's address, too.
      const name = isWord ? key : this.text(key, '', 'text', nestedMax)
      const called = secretName !== null && isValueField(key) ? secretName : key
      const told = this.field(called, value, `${path}/${isWord ? key : pointed(name)}`, depth + 1)
      if (name === key && told === value) continue
      isAsGiven = false
      entry[0] = name
      entry[1] = told
    }
    return isAsGiven ? held : Object.fromEntries(entries)
  }

  text(given: string, path: string, reading: Reading, nested: number): string {
    if (isHarmless(given)) return given
    // Half a surrogate pair has no canonical bytes, and nothing that holds one could be proven.
    const text = given.toWellFormed()
    const json = nested < nestedMax ? this.nestedJson(text, path, nested) : null
    if (json !== null) return json
    const findings = findIn(text, this.rules, reading)
    if (findings.length === 0) return text
    let [masked, at] = ['', 0]
    for (const finding of findings) {
      masked += text.slice(at, finding.start) + this.placeholder(finding, text.slice(finding.start, finding.end), path)
      at = finding.end
    }
    return masked + text.slice(at)
  }

  private field(key: string, held: unknown, path: string, depth: number, nested = 0): unknown {
    if (held === null || typeof held === 'boolean') return held
    if (depth > depthMax) return '‹too-deep›'
    const name = nameOf(key)
    const named = this.byName(name, key, held, path)
    if (named !== null) return named
    if (typeof held === 'string') return this.text(held, path, name.isId ? 'id' : 'text', nested)
    if (typeof held === 'number') return this.number(key, held, path)
    if (Array.isArray(held)) return this.list(key, held, path, depth)
    return isRecord(held) ? this.record(held, path, depth) : held
  }

  /** What is masked as a whole because of the name of its field. */
  private byName(name: FieldName, key: string, held: unknown, path: string): unknown {
    const custom = this.rules.fields.size > 0 ? this.rules.fields.get(key.toLowerCase()) : undefined
    if (custom !== undefined) return this.whole(held, custom, 'custom', path)
    if ((name.isSecret && !isNoSecret(key, held)) || (name.isLogin && isEncodedLogin(held)))
      return this.whole(held, 'secret', 'secret', path)
    if (!name.isPhone || !this.rules.personal.has('phone')) return null
    if (typeof held !== 'string' && typeof held !== 'number') return null
    const digits = String(held).replace(/\D/g, '')
    if (digits.length < 7 || digits.length > 15 || /[A-Za-z]/.test(String(held))) return null
    return this.whole(held, 'phone', 'personal', path, nationalOf(digits))
  }

  private whole(held: unknown, name: string, kind: Finding['kind'], path: string, value?: string): string {
    const text = typeof held === 'string' ? held.toWellFormed() : JSON.stringify(held)
    if (/^‹[a-z0-9-]{1,40}:[0-9a-z]{10}›$/.test(text)) return text
    return this.placeholder({ start: 0, end: text.length, class: name, kind, value: value ?? text }, text, path)
  }

  /** A telephone or a card may be told as a number; what is counted or measured is left alone. */
  private number(key: string, held: number, path: string): number | string {
    const digits = String(held)
    if (!Number.isSafeInteger(held) || digits.length < 11 || nameOf(key).isMeasure || nameOf(key).isId) return held
    const [finding] = scan(digits, this.rules)
    return finding && finding.end - finding.start === digits.length ? this.placeholder(finding, digits, path) : held
  }

  /** In a list of arguments, `--password` speaks of the one behind it. */
  private list(key: string, held: unknown[], path: string, depth: number): unknown[] {
    const told = held.map((item, index) => {
      const before: unknown = held[index - 1]
      const at = `${path}/${index}`
      const isAnnounced = typeof before === 'string' && announcesSecret(before) && typeof item === 'string'
      return isAnnounced && !item.startsWith('-')
        ? this.whole(item, 'secret', 'secret', at)
        : isSecretPair(item)
          ? [item[0], this.field(item[0], item[1], `${at}/1`, depth + 2)]
          : this.field(key, item, at, depth + 1)
    })
    return told.every((item, index) => item === held[index]) ? held : told
  }

  /** Text that is JSON is read as JSON; null when it is not, or when nothing in it had to be masked. */
  private nestedJson(text: string, path: string, nested: number): string | null {
    if (!/^\s{0,20}[[{]/.test(text) || !/[\]}]\s{0,20}$/.test(text.slice(-24))) return null
    let held: unknown
    try {
      held = JSON.parse(text)
    } catch {
      return null
    }
    const before = this.originals.length
    const masked = this.field('', held, path, nested * 10, nested + 1)
    const told = masked === held ? null : JSON.stringify(masked)
    if (told !== null && told !== JSON.stringify(held)) return told
    this.originals.length = before
    return null
  }

  private placeholder({ class: name, kind, value }: Finding, original: string, path: string): string {
    const subject = pseudonymOf(this.rules.key, name, value)
    if (kind !== 'secret' && this.rules.keepOriginals && this.originals.length < originalsMax)
      this.originals.push({ path, subject, value: original })
    return placeholderOf(subject)
  }
}

interface FieldName {
  /** Nobody's address, and nothing in it that a JSON pointer escapes. */
  isWord: boolean
  isSecret: boolean
  isPhone: boolean
  isId: boolean
  isMeasure: boolean
  isLogin: boolean
  /** Whether it may say the name of another. */
  isName: boolean
}

const knownMax = 2_000
/** A cache: the same few names come again and again. */
const known = new Map<string, FieldName>()

const nameOf = (key: string): FieldName => {
  const found = known.get(key)
  if (found) return found
  const name = {
    isWord: /^\w{0,5}$|^[A-Za-z_]+$/.test(key),
    isSecret: isSecretField(key),
    isPhone: isPhoneField(key),
    isId: idField.test(key),
    isMeasure: measureField.test(key),
    isLogin: isLoginField(key),
    isName: isNameField(key),
  }
  if (known.size < knownMax && key.length < 100) known.set(key, name)
  return name
}

/** The name that a record gives to what stands in its `value`, where that name is one of a secret; null otherwise. */
const secretNameIn = (entries: readonly [string, unknown][]): string | null => {
  for (const [key, held] of entries)
    if (typeof held === 'string' && nameOf(key).isName && isSecretField(held)) return held
  return null
}

const pointed = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

const isRecord = (held: unknown): held is Record<string, unknown> => typeof held === 'object' && held !== null
