import { z } from 'zod'
import { configurationOf, patchConfiguration } from './configuration.ts'
import { type Method, method } from './method.ts'
import { Refusal } from './protocol.ts'
import { model } from './runs.ts'
import { lookUp } from './schema.ts'

const nothing = z.strictObject({})
const ofAgent = z.strictObject({ agentId: z.string().optional() })
const file = z.strictObject({ agentId: z.string(), name: z.string() })
const Page = { limit: z.number().int().min(1).max(200).default(50), offset: z.number().int().min(0).default(0) }
const CronJob = z.strictObject({
  declarationKey: z.string().optional(),
  name: z.string(),
  description: z.string().optional(),
  enabled: z.boolean().optional(),
  deleteAfterRun: z.boolean().optional(),
  wakeMode: z.enum(['now', 'next-heartbeat']).optional(),
  schedule: z.looseObject({ kind: z.enum(['cron', 'every', 'at']) }),
  sessionTarget: z.string(),
  payload: z.looseObject({ kind: z.string() }),
  agentId: z.string().optional(),
  delivery: z.looseObject({ mode: z.string() }).optional(),
})
const read = 'operator.read'
const admin = 'operator.admin'

const skill = {
  description: 'Set up and use it.',
  source: 'openclaw-bundled',
  bundled: true,
  disabled: false,
  blockedByAllowlist: false,
  blockedByAgentFilter: false,
  platformIncompatible: false,
}
const nothingNeeded = { bins: [], anyBins: [], env: [], config: [], os: [] }

/** Reading and changing what a gateway is told about its agents, as observed on the wire. */
export const managementMethods: Record<string, Method> = {
  'config.get': method(read, nothing, (_c, _p, world) => configurationOf(world), 'config.get'),
  'config.patch': method(
    admin,
    z.strictObject({
      raw: z.string(),
      baseHash: z.string().optional(),
      replacePaths: z.array(z.string()).default([]),
      note: z.string().optional(),
    }),
    (_c, params, world) => patchConfiguration(world, params),
    'config.patch',
  ),
  'config.schema.lookup': method(
    read,
    z.strictObject({ path: z.string().regex(/^[A-Za-z0-9_./[\]*-]+$/) }),
    (_c, { path }) => lookUp(path),
    'config.schema.lookup',
  ),
  'tools.catalog': method(read, ofAgent, (_c, { agentId = 'main' }) => ({
    agentId,
    profiles: [{ id: 'coding', label: 'Coding' }],
    groups: [group('fs', 'read', 'write'), group('runtime', 'exec')],
  })),
  'plugins.list': method(read, nothing, () => ({
    plugins: [
      { id: 'clawbutler', installed: true, version: '0.9.0' },
      { id: 'elsewhere', installed: false, version: '3.0.0' },
      { id: 'unversioned', installed: true },
    ],
  })),
  'tools.effective': method(
    read,
    z.strictObject({ agentId: z.string().optional(), sessionKey: z.string() }),
    (_c, { sessionKey }, { runs, roster }) => {
      const isKnown = runs.sessions.has(sessionKey) || runs.open().some((run) => run.sessionKey === sessionKey)
      if (!isKnown) throw new Refusal('INVALID_REQUEST', `unknown session key "${sessionKey}"`)
      const agentId = sessionKey.split(':')[1] ?? 'main'
      const isDenied = JSON.stringify(roster.entryOf(agentId)?.tools ?? {}).includes('"*"')
      return { agentId, profile: 'full', groups: isDenied ? [] : [group('core', 'read', 'exec')] }
    },
    'tools.effective',
  ),
  'skills.status': method(read, ofAgent, (_c, { agentId = 'main' }, { roster }) => ({
    workspaceDir: roster.mustHave(agentId).workspace,
    agentId,
    skills: [
      {
        ...skill,
        name: 'weather',
        skillKey: 'weather',
        filePath: `${roster.mustHave(agentId).workspace}/skills/weather/SKILL.md`,
        clawhub: { slug: 'weather', installedVersion: '1.4.0' },
        eligible: true,
        requirements: nothingNeeded,
        missing: nothingNeeded,
      },
      {
        ...skill,
        name: '1password',
        skillKey: '1password',
        filePath: `${roster.mustHave(agentId).workspace}/skills/1password/SKILL.md`,
        eligible: false,
        requirements: { ...nothingNeeded, bins: ['op'] },
        missing: { ...nothingNeeded, bins: ['op'] },
      },
    ],
  })),
  'channels.status': method(read, z.strictObject({ probe: z.boolean().optional() }), () => ({
    ts: Date.now(),
    channelOrder: ['telegram'],
    channelLabels: { telegram: 'Telegram' },
    channels: { telegram: { configured: true, running: true } },
    channelAccounts: { telegram: [{ accountId: 'default', enabled: true, connected: true }] },
    statusIssues: [],
  })),
  'models.list': method(read, ofAgent, () => ({
    models: [
      {
        id: model.model,
        name: model.model,
        provider: model.provider,
        contextWindow: 128_000,
        reasoning: false,
        available: true,
      },
    ],
  })),
  'sessions.list': method(
    read,
    z.looseObject({
      agentId: z.string().optional(),
      limit: z.number().int().min(1).default(100),
      activeOnly: z.boolean().optional(),
    }),
    (_c, { agentId, limit, activeOnly }, { runs }) => {
      if (activeOnly) {
        const active = new Map(runs.open().map((run) => [run.sessionKey, { key: run.sessionKey, hasActiveRun: true }]))
        return { ts: Date.now(), count: active.size, hasMore: false, sessions: [...active.values()] }
      }
      const active = [...runs.all.values()].filter(({ outcome }) => outcome === null)
      const open = active.map(({ sessionKey }) => [sessionKey, { hasActiveRun: true }] as const)
      const rows = [...new Map<string, object>([...runs.sessions, ...open])]
        .filter(([key]) => agentId === undefined || key.startsWith(`agent:${agentId}:`))
        .map(([key, row]) => ({ key, kind: 'direct', hasActiveRun: false, updatedAt: Date.now(), ...row }))
      return { ts: Date.now(), count: rows.length, hasMore: rows.length > limit, sessions: rows.slice(0, limit) }
    },
  ),
  'doctor.memory.status': method(read, ofAgent, (_c, { agentId }) => ({
    agentId,
    embedding: { ok: false, error: 'memory plugin unavailable' },
  })),
  'memory.search': method(
    read,
    z.strictObject({ agentId: z.string(), query: z.string(), maxResults: z.number().optional() }),
    () => {
      throw new Refusal('UNAVAILABLE', 'memory plugin unavailable')
    },
  ),
  'agents.files.list': method(read, z.strictObject({ agentId: z.string() }), (_c, { agentId }, { roster, desks }) =>
    desks.files.list(agentId, roster.mustHave(agentId).workspace),
  ),
  'agents.files.get': method(read, file, (_c, { agentId, name }, { roster, desks }) =>
    desks.files.get(agentId, roster.mustHave(agentId).workspace, name),
  ),
  'agents.files.set': method(
    admin,
    file.extend({
      content: z.string(),
      expectedHash: z
        .string()
        .regex(/^[a-fA-F0-9]{64}$/)
        .optional(),
    }),
    (_c, { agentId, name, content, expectedHash }, { roster, desks }) =>
      desks.files.set(agentId, roster.mustHave(agentId).workspace, name, content, expectedHash),
    'agents.files.set',
  ),
  'cron.list': method(
    read,
    z.strictObject({ agentId: z.string().optional(), includeDisabled: z.boolean().optional(), ...Page }),
    (_c, { agentId, offset, limit }, { desks }) => desks.cron.list(agentId, offset, limit),
    'cron.list',
  ),
  'cron.get': method(read, z.strictObject({ id: z.string() }), (_c, { id }, { desks }) => desks.cron.get(id)),
  'cron.runs': method(
    read,
    z.strictObject({ id: z.string().optional(), scope: z.enum(['job', 'all']).optional(), ...Page }),
    (_c, { id, offset, limit }, { desks }) => desks.cron.runsOf(id, offset, limit),
    'cron.runs',
  ),
  'cron.add': method(admin, CronJob, (_c, definition, { desks }) => desks.cron.add(definition), 'cron.add'),
  'cron.update': method(
    admin,
    z.strictObject({
      id: z.string(),
      patch: CronJob.omit({ declarationKey: true }).partial(),
      expectedConfigRevision: z.string().optional(),
    }),
    (_c, { id, patch, expectedConfigRevision }, { desks }) => desks.cron.update(id, patch, expectedConfigRevision),
    'cron.update',
  ),
  'cron.remove': method(admin, z.strictObject({ id: z.string() }), (_c, { id }, { desks }) => desks.cron.remove(id)),
  'cron.run': method(admin, z.strictObject({ id: z.string(), mode: z.string().optional() }), (_c, { id }, { desks }) =>
    desks.cron.run(id),
  ),
}

function group(id: string, ...tools: string[]) {
  const told = tools.map((tool) => ({
    id: tool,
    label: tool,
    description: tool,
    source: 'core',
    defaultProfiles: ['coding'],
  }))
  return { id, label: id, source: 'core', tools: told }
}
