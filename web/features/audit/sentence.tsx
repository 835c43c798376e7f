import type { ReactNode } from 'react'
import { useLocale } from 'use-intl'
import { type AuditEntry, auditEvents } from '../../../worker/features/audit/contract.ts'
import { roles } from '../../../worker/platform/access/contract.ts'
import { problemCodes } from '../../../worker/platform/contract.ts'
import { cost, duration } from '../../format.ts'
import type { T } from '../../i18n/use-t.ts'
import { useT } from '../../i18n/use-t.ts'
import { healthText } from '../health/health-text.ts'
import { actorName, type Names } from './names.ts'

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
const shorten = (value: string | null, max = 160) =>
  value === null ? '—' : value.length > max ? `${value.slice(0, max - 1).trimEnd()}…` : value

const roleName = (t: T, value: unknown) => {
  const role = roles.find((one) => one === value)
  return role ? t(`role.${role}`) : (text(value) ?? '—')
}

const providerName = (value: unknown) =>
  value === 'github' ? 'GitHub' : value === 'google' ? 'Google' : (text(value) ?? '—')

/** Words for the closed values a payload may hold; others stand as they are. */
const causeText = (t: T, type: string, value: unknown) => {
  const cause = text(value)
  if (cause === null) return '—'
  const key = `cause.${cause}`
  return type.endsWith('offline') || type.endsWith('disconnected') ? (translateCause(t, key) ?? cause) : cause
}
const causes = [
  'silent',
  'closed',
  'replaced',
  'paused',
  'removed',
  'rotated',
  'fault',
  'restart',
  'overloaded',
  'unauthorized',
  'lost',
  'refused',
  'stopped',
] as const
const translateCause = (t: T, key: string) => {
  const known = causes.find((cause) => key === `cause.${cause}`)
  return known ? t(`cause.${known}`) : null
}

/** Why a decision was not taken: a problem code, whose sentence says it. */
const refusalText = (t: T, value: unknown) => {
  const code = problemCodes.find((one) => one === value)
  return code ? t(`problem.${code}`) : (text(value) ?? '—')
}

const money = (locale: string, microUsd: unknown) => (typeof microUsd === 'number' ? cost(locale, microUsd) : '—')

/** As much of an entry as its sentence needs; a type may be one that this build does not know. */
export type Told = Pick<AuditEntry, 'payload' | 'actor' | 'agentId' | 'connectorId'> & { type: string }

/** The values a sentence may speak of, from the event's payload. */
const valuesOf = (t: T, locale: string, names: Names, entry: Told) => {
  const { payload, type } = entry
  const member = text(payload.userId)
  const externalId = text(payload.agent)
  const agent =
    (entry.agentId ? names.agent(entry.agentId) : undefined) ??
    (externalId ? (names.agentIn(entry.connectorId, externalId) ?? externalId) : undefined) ??
    text(payload.name) ??
    text(payload.externalId) ??
    t('actor.agent')
  // A request that came through the API has no agent: it is told of whoever asked.
  const isOfSystem = type.startsWith('approval.') && entry.agentId === null && entry.connectorId === null
  const requester = type === 'approval.opened' ? actorName(t, names, entry) : t('actor.requester')
  const model = [text(payload.provider), text(payload.model)].filter(Boolean).join('/')
  const list = (value: unknown) => (Array.isArray(value) ? value.length : 0)
  return {
    actor: actorName(t, names, entry),
    agent: isOfSystem ? requester : agent,
    connector: isOfSystem
      ? requester
      : ((entry.connectorId ? names.connector(entry.connectorId) : undefined) ??
        text(payload.name) ??
        t('actor.connector')),
    member: member ? (names.member(member) ?? t('actor.member')) : t('actor.member'),
    name: text(payload.name) ?? '—',
    method: text(payload.method) ?? '—',
    provider: providerName(payload.provider),
    cause: causeText(t, type, payload.cause),
    detail: shorten(text(payload.detail) ?? text(payload.message) ?? text(payload.fault)),
    capability: text(payload.capability) ?? 'none',
    role: roleName(t, payload.role),
    from: roleName(t, payload.from),
    to: roleName(t, payload.to),
    version: text(payload.version) ?? (typeof payload.version === 'number' ? String(payload.version) : '—'),
    fields: Array.isArray(payload.fields) ? payload.fields.filter((one) => typeof one === 'string').join(', ') : '—',
    command: shorten(text(payload.title) ?? text(payload.command)),
    verdict: text(payload.verdict) ?? 'ask',
    by: text(payload.by) ?? 'other',
    way: text(payload.way) ?? 'none',
    signed: payload.signed === true ? 'yes' : 'no',
    because: refusalText(t, payload.because),
    added: list(payload.added),
    changed: list(payload.changed),
    removed: list(payload.removed),
    atGateway: payload.atGateway === true ? 'yes' : 'no',
    gateway: text(payload.gateway) ?? 'none',
    // The gateway writes allow-once; a branch of an ICU message cannot be named so.
    outcome: (text(payload.outcome) ?? text(payload.decision) ?? 'other').replaceAll('-', '_'),
    reason: shorten(text(payload.reason)),
    hasReason: text(payload.reason) ? 'yes' : 'no',
    tool: text(payload.tool) ?? '—',
    title: shorten(text(payload.title)),
    model: model === '' ? '—' : model,
    hasDuration: typeof payload.durationMs === 'number' ? 'yes' : 'no',
    duration: typeof payload.durationMs === 'number' ? duration(locale, payload.durationMs) : '—',
    count:
      list(payload.approvals) + list(payload.agents) + list(payload.paths) + list(payload.grants) + list(payload.jobs),
    paths: Array.isArray(payload.paths)
      ? shorten(payload.paths.filter((one) => typeof one === 'string').join(', '), 80)
      : '—',
    action: text(payload.action) ?? '—',
    status: text(payload.status) ?? '—',
    client: text(payload.clientId) ?? '—',
    restarted: payload.restarted === true ? 'yes' : 'no',
    fault: text(payload.fault) ?? '—',
    subject: text(payload.subject) ?? 'none',
    origin: text(payload.origin) ?? '—',
    shared: payload.isShared === true ? 'yes' : 'no',
    events: typeof payload.events === 'number' ? payload.events : 0,
    health: healthText(t, payload),
    restores: typeof payload.restores === 'number' ? payload.restores : 0,
    path: text(payload.path) ?? '—',
    intent: text(payload.intent) ?? 'other',
    at: text(payload.at) ?? '—',
    timeZone: text(payload.timeZone) ?? '—',
    verified: payload.verified === true ? 'yes' : 'no',
    changes: typeof payload.changes === 'number' ? payload.changes : 0,
    differences: typeof payload.differences === 'number' ? payload.differences : 0,
    isOurs: payload.changeId ? 'yes' : 'no',
    seq: typeof payload.seq === 'number' ? String(payload.seq) : '—',
    period: text(payload.period) ?? 'other',
    limit: money(locale, payload.limitMicroUsd),
    spent: money(locale, payload.spentMicroUsd),
    allowed: money(locale, payload.allowedMicroUsd),
    amount: money(locale, payload.amountMicroUsd),
  }
}

const isKnown = (type: string): type is AuditEntry['type'] => type in auditEvents

/** An event as a sentence about who did what; a type that this build does not know shows its own name. */
export function Sentence({ entry, names }: { entry: Told; names: Names }) {
  const t = useT()
  const locale = useLocale()
  const { type } = entry
  if (!isKnown(type)) return <code className="font-mono text-xs">{type}</code>
  return t.rich(`events.${type}`, {
    ...valuesOf(t, locale, names, entry),
    b: (chunks: ReactNode) => <strong className="font-medium text-ink">{chunks}</strong>,
    code: (chunks: ReactNode) => <code className="font-mono text-2xs break-words text-ink">{chunks}</code>,
  })
}
