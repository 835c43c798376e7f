import canonicalize from 'canonicalize'
import type { TakenKind } from '../redact/marker.ts'
import type { ContentSection } from '../sections/content.ts'

/** Stands among what is missing in a package of which only some sections or agents were wanted. */
export const partOfGateway = 'gateway'

export type Intent = 'backup' | 'clone' | 'share'

/** What is chosen; null is all. */
export interface Choice {
  sections: ReadonlySet<ContentSection> | null
  agents: ReadonlySet<string> | null
}

export interface CollectedEntry {
  path: string
  section: ContentSection
  agent: string | null
  size: number
  open: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** All that a package is made of, but its passphrase. */
export interface Collected {
  intent: Intent
  secrets: boolean
  source: { product: string; gateway: string }
  agents: { id: string; name: string }[]
  placeholders: { path: string; kind: TakenKind }[]
  removed: { path: string; kind: TakenKind; count: number }[]
  missing: { path: string; reason: string }[]
  entries: CollectedEntry[]
}

export function jsonEntry(path: string, section: ContentSection, agent: string | null, value: unknown): CollectedEntry {
  const bytes = new TextEncoder().encode(canonicalize(value) ?? '{}')
  return { path, section, agent, size: bytes.length, open: () => [bytes] }
}
