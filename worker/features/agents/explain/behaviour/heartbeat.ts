import type { Explanation } from '../contract.ts'
import { isSection, sectionAt, textAt } from '../policy/config.ts'
import type { FactName, KnownFact } from './contract.ts'
import { type FactLayer, factOf, knownFacts } from './known-facts.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: minuteMs, h: 60 * minuteMs, d: dayMs }

/** `1h30m`, `45` (minutes); null for what the gateway does not understand, and for nothing: both switch it off. */
const durationMs = (text: string): number | null => {
  const written = text.trim().toLowerCase()
  const whole = /^\d+(\.\d+)?$/.test(written) ? `${written}m` : written
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(whole)) return null
  let sum = 0
  for (const [, amount, unit] of whole.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    sum += Number(amount) * (unitsMs[unit ?? ''] ?? 0)
  return sum > 0 ? Math.round(sum) : null
}

const builtIn = {
  every: '30m',
  activeHours: null,
  model: null,
  isolatedSession: false,
  lightContext: false,
  session: null,
  target: 'owner',
  to: null,
  directPolicy: 'allow',
  timeoutSeconds: null,
  prompt: null,
}

export interface Heartbeat {
  view: Explanation['heartbeat']
  /** Agents with a heartbeat of their own, which take it away from all others. */
  elsewhere: string[]
}

/** Whether, how often and with how much an agent is woken by itself. One agent with a section of its own takes it from all without. */
export const heartbeatOf = (layers: readonly FactLayer[], completed: unknown, agentId: string): Heartbeat => {
  const entries = sectionAt(completed, 'agents', 'entries')
  const withOwn = Object.keys(entries).filter((id) => isSection(sectionAt(entries, id).heartbeat))
  const beats = layers.map((each) => ({
    ...each,
    section: sectionAt(each.section, 'heartbeat'),
    path: each.path === null ? null : `${each.path}.heartbeat`,
  }))
  const facts = knownFacts(beats, builtIn).filter(({ value, layer }) => value !== null || layer !== 'builtIn')
  const everyMs = durationMs(textOf(facts, 'every') ?? '')
  const shared = sectionAt(completed, 'agents', 'defaults', 'heartbeat')
  const chosen = withOwn.length > 0 ? withOwn : [textAt(shared, 'agentId') ?? agentId]
  const enrolled = chosen.some((id) => id.trim().toLowerCase() === agentId.toLowerCase())
  const runs = enrolled && everyMs !== null && sectionAt(completed, 'cron').enabled !== false
  return {
    view: {
      enrolled: runs,
      everyMs: runs ? everyMs : null,
      perDay: runs ? Math.floor(activeMs(textOf(facts, 'activeHours')) / everyMs) : 0,
      carries: [
        ...(factOf(facts, 'isolatedSession') === true ? [] : ['conversation' as const]),
        ...(factOf(facts, 'lightContext') === true ? [] : ['files' as const]),
      ],
      facts,
    },
    elsewhere: enrolled ? [] : withOwn,
  }
}

const textOf = (facts: readonly KnownFact[], name: FactName): string | null => {
  const value = factOf(facts, name)
  return typeof value === 'string' ? value : null
}

/** How long the window `09:00–18:00` is open in a day; over midnight where it ends before it begins. */
const activeMs = (hours: string | null): number => {
  const found = /^(\d{1,2}):(\d{2})–(\d{1,2}):(\d{2})/.exec(hours ?? '')
  if (!found) return dayMs
  const [from, to] = [found.slice(1, 3), found.slice(3, 5)].map(([h, m]) => (Number(h) * 60 + Number(m)) * minuteMs)
  const length = (to ?? 0) - (from ?? 0)
  return length > 0 ? length : length + dayMs
}
