import { personalClasses } from '../../../worker/features/masking/contract.ts'
import { isSecretField, scan } from '../../../worker/features/masking/detect/index.ts'
import { redactText } from '../../gateway/management/redact.ts'
import type { TakenKind } from './marker.ts'

/** What is known of the machine and its people: whatever of it stands in a text is taken out. */
export interface Known {
  /** Secrets of the configuration itself. */
  secrets: readonly string[]
  /** Names of this machine. */
  hosts: readonly string[]
  people: readonly string[]
}

export interface Span {
  start: number
  end: number
  kind: TakenKind
}

const everything = { personal: new Set<string>(personalClasses), patterns: [] }
const secretsOnly = { personal: new Set<string>(), patterns: [] }
const secretBytesMin = 6

/** Where secrets stand in a text: by their form, by what announces them, or because the configuration holds them. */
export function secretSpans(text: string, { secrets }: Pick<Known, 'secrets'>): Span[] {
  const shaped = scan(text, secretsOnly).map(({ start, end }) => ({ start, end, kind: 'secret' as const }))
  const held = secrets
    .filter((secret) => secret.length >= secretBytesMin)
    .flatMap((secret) =>
      occurrences(text, secret).map((start) => ({ start, end: start + secret.length, kind: 'secret' as const })),
    )
  return apart([...shaped, ...held, ...byForm(text)])
}

/** Where anything stands that no stranger should read: secrets, people, machines and places on a disk. */
export function privateSpans(text: string, known: Known): Span[] {
  const personal = scan(text, everything).map((found) => ({
    start: found.start,
    end: found.end,
    kind: kindOf(found.class, found.kind),
  }))
  const named = [
    ...known.people.flatMap((name) => wordsOf(text, name, 'name')),
    ...known.hosts.flatMap((name) => wordsOf(text, name, 'host')),
  ]
  const places = patterns.flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)].map((match) => {
      const lead = match[1]?.length ?? 0
      return { start: match.index + lead, end: match.index + match[0].length, kind }
    }),
  )
  const allowed = places.filter(({ start, end }) => !isSystemPath.test(text.slice(start, end)))
  return apart([...secretSpans(text, known), ...personal, ...named, ...allowed])
}

/** The text with each span replaced. */
export function replaced(text: string, spans: readonly Span[], by: (kind: TakenKind) => string): string {
  let [result, at] = ['', 0]
  for (const { start, end, kind } of spans) {
    result += text.slice(at, start) + by(kind)
    at = end
  }
  return result + text.slice(at)
}

export const isSecretName = isSecretField

/** Programs of the system: the same on each machine. */
const isSystemPath = /^\/(?:usr\/(?:local\/)?)?s?bin\/[\w.+-]+$/

const topLevel =
  'com|net|org|io|cn|dev|ai|app|co|de|uk|fr|jp|kr|tw|hk|sg|us|eu|ru|info|biz|cloud|tech|xyz|top|site|online|internal|local|lan|corp|intranet|home|localdomain|test|example|invalid'
/** Each with a lead that stays as its first group, or none. Linear: no run is unbounded next to another of its kind. */
const patterns: readonly { kind: TakenKind; pattern: RegExp }[] = [
  // Of a URL: user and machine. What follows is read like any other text.
  { kind: 'host', pattern: /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#"'<>)\]}]{1,300}/gi },
  {
    kind: 'host',
    pattern: new RegExp(`(?<![\\w.@-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.){1,8}(?:${topLevel})(?![\\w-])`, 'gi'),
  },
  { kind: 'host', pattern: /(?<![\w.-])localhost(?::\d{1,5})?(?![\w-])/gi },
  {
    kind: 'path',
    pattern: /(?<![\w.~/:<-])(?:~|\/[^\s/"'`<>|:*?()[\]{},;]{1,100})(?:\/[^\s/"'`<>|:*?()[\]{},;]{1,100}){1,40}\/?/g,
  },
  { kind: 'path', pattern: /(?<![\w.~/:<-])\/(?:home|root|Users|tmp|var|etc|opt|srv|mnt|data|private)(?![\w-])/g },
  { kind: 'path', pattern: /\b[A-Za-z]:\\[^\s"'<>|]{1,300}/g },
]

/** Also what the connector itself takes for a credential wherever it stands: rather the whole line than a piece left over. */
function byForm(text: string): Span[] {
  if (redactText(text, []).redactions === 0) return []
  const spans: Span[] = []
  let at = 0
  for (const line of text.split('\n')) {
    if (redactText(line, []).redactions > 0) spans.push({ start: at, end: at + line.length, kind: 'secret' })
    at += line.length + 1
  }
  return spans
}

function kindOf(name: string, kind: string): TakenKind {
  if (kind === 'secret') return 'secret'
  if (name === 'email' || name === 'phone') return name
  return name === 'ip' || name === 'private-ip' ? 'ip' : 'personal'
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = []
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at)
  return found
}

/** A name as a word of its own; in scripts without blanks it stands anywhere. */
function wordsOf(text: string, name: string, kind: TakenKind): Span[] {
  const [small, wanted] = [text.toLowerCase(), name.toLowerCase()]
  if (small.length !== text.length)
    return occurrences(text, name).map((start) => ({ start, end: start + name.length, kind }))
  const isLatin = /^[\w .'-]+$/.test(name)
  return occurrences(small, wanted)
    .filter((start) => !isLatin || !(/\w/.test(text[start - 1] ?? '') || /\w/.test(text[start + name.length] ?? '')))
    .map((start) => ({ start, end: start + name.length, kind }))
}

/** In order, none touching another; of two that overlap one is made, of the first's kind unless the other is a secret. */
function apart(spans: Span[]): Span[] {
  const kept: Span[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const before = kept.at(-1)
    if (!before || span.start >= before.end) kept.push({ ...span })
    else {
      before.end = Math.max(before.end, span.end)
      if (span.kind === 'secret') before.kind = 'secret'
    }
  }
  return kept
}
