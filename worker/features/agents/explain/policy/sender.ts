import type { Sender } from '../situation.ts'
import { below, isSection, type Section } from './config.ts'

const kinds = ['channel', 'id', 'e164', 'username', 'name'] as const
type Kind = (typeof kinds)[number]

const bare = (value: string): string => value.trim().replace(/^@/, '').toLowerCase()

/** `id:7`, `username:@ann`, `channel:slack:U1`; a key without a kind means an id, `*` everybody. */
const readKey = (written: string): { kind: Kind | 'everybody'; value: string } | null => {
  const key = written.trim()
  if (key === '*') return { kind: 'everybody', value: '' }
  const kind = kinds.find((each) => key.toLowerCase().startsWith(`${each}:`))
  const value = kind ? key.slice(kind.length + 1).trim() : key
  const compared = kind === undefined || kind === 'username' ? bare(value) : value.toLowerCase()
  return compared === '' ? null : { kind: kind ?? 'id', value: compared }
}

/**
 * The rules of a `toolsBySender` section for a sender: by channel and id, then id, telephone number, user name, shown
 * name, and last `*`. Null where none is for this sender. An empty match counts as one.
 */
export const senderScopeOf = (
  bySender: Section,
  path: string,
  sender: Sender,
  channel: string | null,
): { section: Section; path: string } | null => {
  const found = new Map<string, { section: Section; path: string }>()
  for (const [key, section] of Object.entries(bySender)) {
    const read = readKey(key)
    if (!read || !isSection(section)) continue
    const name = `${read.kind}:${read.value}`
    if (read.kind === 'everybody' || !found.has(name)) found.set(name, { section, path: below(path, key) })
  }
  const ids = sender.id === undefined ? [] : [sender.id.trim().toLowerCase(), bare(sender.id)]
  const wanted = [
    ...(channel === null ? [] : ids.map((id) => `channel:${channel}:${id}`)),
    ...ids.map((id) => `id:${id}`),
    ...(sender.e164 === undefined ? [] : [`e164:${sender.e164.trim().toLowerCase()}`]),
    ...(sender.username === undefined ? [] : [`username:${bare(sender.username)}`]),
    ...(sender.name === undefined ? [] : [`name:${sender.name.trim().toLowerCase()}`]),
    'everybody:',
  ]
  for (const name of wanted) {
    const scope = found.get(name)
    if (scope) return scope
  }
  return null
}
