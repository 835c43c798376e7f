import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Refusal } from './protocol.ts'

/** What the real gateway (2026.9.6) says of everything below an agent's entry; names that people choose are `*`. */
const Node = z.strictObject({
  title: z.string().optional(),
  description: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  anyOf: z.array(z.unknown()).optional(),
  advanced: z.boolean().optional(),
  required: z.boolean().optional(),
  children: z.array(z.string()).optional(),
})
const recorded = z
  .record(z.string(), Node)
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'agent-schema.json'), 'utf8')))

/** Answers `config.schema.lookup`. Only what concerns `gateway.` restarts. */
export function lookUp(path: string) {
  if (path.startsWith('nope')) throw new Refusal('INVALID_REQUEST', 'config schema path not found')
  const key = path.startsWith('agents.entries.') ? recordedKey(path.split('.')) : path
  const node = recorded[key]
  if (!node && path.startsWith('agents.entries.')) throw new Refusal('INVALID_REQUEST', 'config schema path not found')
  const { type = node?.anyOf ? undefined : 'object', anyOf } = node ?? {}
  return {
    path,
    schema: { ...(type ? { type } : {}), ...(anyOf ? { anyOf } : {}) },
    reloadKind: path.startsWith('gateway.') ? 'restart' : 'hot',
    hint: { label: node?.title ?? path.split('.').at(-1), help: node?.description, advanced: node?.advanced ?? false },
    children: (node?.children ?? []).map((name) => childOf(path, key, name)),
  }
}

const childOf = (path: string, key: string, name: string) => {
  const child = recorded[`${key}.${name}`]
  return {
    key: name,
    path: `${path}.${name}`,
    type: child?.type,
    required: child?.required ?? false,
    reloadKind: 'hot',
    hint: { label: child?.title, help: child?.description, advanced: child?.advanced ?? false },
  }
}

const recordedKey = (names: readonly string[]): string => {
  const found: string[] = ['agents', 'entries', '*']
  for (const name of names.slice(3)) found.push([...found, name].join('.') in recorded ? name : '*')
  return found.join('.')
}
