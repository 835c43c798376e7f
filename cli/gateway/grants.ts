import { z } from 'zod'
import type { GatewayGrant } from '../../worker/features/connectors/link/events/contract.ts'
import type { EventDraft } from '../journal/draft.ts'
import { cut, cutOrNull, instant } from './bounded.ts'
import { GatewayRequestFailed } from './refusal.ts'
import type { GatewaySession } from './session.ts'

const maybeTime = z.number().nullish().catch(null)

const Entry = z.looseObject({
  id: z.string().optional(),
  pattern: z.string(),
  source: z.string().optional(),
  argPattern: z.string().optional(),
  lastUsedAt: maybeTime,
})
type Entry = z.infer<typeof Entry>

/** What a Codex agent may call on an MCP server with any arguments. */
const McpTool = z.looseObject({ server: z.string(), tool: z.string(), addedAt: maybeTime, lastUsedAt: maybeTime })

const Agent = z.looseObject({ allowlist: z.array(Entry).optional(), mcpTools: z.array(McpTool).optional() })
type Agents = Record<string, z.infer<typeof Agent>>

/** The gateway's document of exec approvals. It is written back whole, so everything in it is kept as it is. */
const Approvals = z.object({
  hash: z.string(),
  file: z.looseObject({ agents: z.record(z.string(), Agent).default({}) }),
})

/** Standing grants of scheduled jobs, which the gateway keeps elsewhere. */
const StandingGrants = z.object({
  grants: z.array(
    z.object({
      grantId: z.string(),
      agentId: z.string().nullish(),
      command: z.string(),
      cwd: z.string().nullish(),
      createdAtMs: maybeTime,
      expiresAtMs: maybeTime,
      revokedAtMs: maybeTime,
      lastUsedAtMs: maybeTime,
    }),
  ),
})

const eventBytesMax = 240 * 1024
const grantsMax = 1_000
const revokeAttempts = 5

/** All allow-always records that the gateway keeps, in its own order. Needs `operator.admin`. */
export async function listGrants(session: GatewaySession): Promise<GatewayGrant[]> {
  const { file } = await session.call('exec.approvals.get', {}, Approvals)
  const { grants } = await session.call('exec.approval.grants.list', {}, StandingGrants).catch(withoutMethod)
  const listed = Object.entries(file.agents).flatMap(([agent, { allowlist = [], mcpTools = [] }]) => [
    ...allowlist.filter((entry, index) => isRecord(allowlist, entry, index)).map((entry) => ofEntry(agent, entry)),
    ...mcpTools.map((tool) => ofMcpTool(agent, tool)),
  ])
  const now = Date.now()
  const standing = grants
    .filter((grant) => grant.revokedAtMs == null && (grant.expiresAtMs ?? Number.POSITIVE_INFINITY) > now)
    .map(
      (grant): GatewayGrant => ({
        ref: cut(`standing:${grant.grantId}`),
        agent: grant.agentId ? cut(grant.agentId, 200) : null,
        pattern: cut(grant.command, 4_000),
        argumentPattern: cutOrNull(grant.cwd, 4_000),
        createdAt: timeOrNull(grant.createdAtMs),
        lastUsedAt: timeOrNull(grant.lastUsedAtMs),
      }),
    )
  return [...listed, ...standing]
}

/** All records as one event, or null when there are more than fit: an incomplete list would look like forgotten ones. */
export function grantsDraft(grants: GatewayGrant[], at: string): EventDraft | null {
  if (grants.length > grantsMax || Buffer.byteLength(JSON.stringify(grants)) > eventBytesMax) return null
  return { type: 'gateway.grants', key: null, at, payload: { grants } }
}

/** What of a list is news: every use of a record is not, one in another hour is. */
export const grantsNews = (grants: GatewayGrant[]): string =>
  grants.map(({ ref, lastUsedAt }) => `${ref} ${lastUsedAt?.slice(0, 13) ?? ''}`).join('\n')

/**
 * Lets the gateway forget one record. One that is gone already is done. Somebody else's change in between is never
 * written over: the gateway refuses it by its hash, and the change is tried again on what is there now.
 */
export async function revokeGrant(session: GatewaySession, ref: string): Promise<void> {
  if (ref.startsWith('standing:')) return revokeStanding(session, ref.slice('standing:'.length))
  for (let attempt = 1; ; attempt++) {
    const { file, hash } = await session.call('exec.approvals.get', {}, Approvals)
    const agents = without(file.agents, ref)
    if (!agents) return
    try {
      await session.call('exec.approvals.set', { file: { ...file, agents }, baseHash: hash }, z.unknown(), 60_000)
      return
    } catch (error) {
      const changed = error instanceof GatewayRequestFailed && /changed since|base hash/i.test(error.message)
      if (!changed || attempt >= revokeAttempts) throw error
    }
  }
}

async function revokeStanding(session: GatewaySession, grantId: string): Promise<void> {
  await session.call('exec.approval.grants.revoke', { grantId }, z.object({ outcome: z.string() }))
}

/**
 * The records of allow-always only. Beside the executable the gateway may write the command's text under `=…` for other
 * hosts: that is part of the record before it and is not told, and goes with it.
 */
const isRecord = (list: Entry[], entry: Entry, index: number): boolean =>
  entry.source === 'allow-always' && entry.id !== undefined && !isCompanion(list, index)

const isCompanion = (list: Entry[], index: number): boolean => {
  const [before, entry] = [list[index - 1], list[index]]
  return before?.source === 'allow-always' && !before.pattern.startsWith('=') && entry?.pattern.startsWith('=') === true
}

const refOf = (agent: string, entry: Entry): string => cut(`allowlist:${agent}:${entry.id}`)

const ofEntry = (agent: string, entry: Entry): GatewayGrant => ({
  ref: refOf(agent, entry),
  agent: agent === '*' ? null : cut(agent, 200),
  pattern: cut(entry.pattern, 4_000),
  argumentPattern: cutOrNull(entry.argPattern, 4_000),
  createdAt: null,
  lastUsedAt: timeOrNull(entry.lastUsedAt),
})

const mcpRefOf = (agent: string, { server, tool }: z.infer<typeof McpTool>): string =>
  cut(`mcp:${agent}:${server}:${tool}`)

const ofMcpTool = (agent: string, tool: z.infer<typeof McpTool>): GatewayGrant => ({
  ref: mcpRefOf(agent, tool),
  agent: agent === '*' ? null : cut(agent, 200),
  pattern: cut(`${tool.server}__${tool.tool}`, 4_000),
  argumentPattern: null,
  createdAt: timeOrNull(tool.addedAt),
  lastUsedAt: timeOrNull(tool.lastUsedAt),
})

/** The document's agents without one record, or null when it does not hold it. */
function without(agents: Agents, ref: string): Agents | null {
  for (const [agent, held] of Object.entries(agents)) {
    const { allowlist = [], mcpTools = [] } = held
    const entry = allowlist.findIndex((each, at) => isRecord(allowlist, each, at) && refOf(agent, each) === ref)
    if (entry >= 0) {
      const length = isCompanion(allowlist, entry + 1) ? 2 : 1
      return { ...agents, [agent]: { ...held, allowlist: allowlist.toSpliced(entry, length) } }
    }
    const tool = mcpTools.findIndex((each) => mcpRefOf(agent, each) === ref)
    if (tool >= 0) return { ...agents, [agent]: { ...held, mcpTools: mcpTools.toSpliced(tool, 1) } }
  }
  return null
}

const timeOrNull = (ms: number | null | undefined): string | null => (ms ? instant(ms) : null)

function withoutMethod(error: unknown): z.infer<typeof StandingGrants> {
  if (error instanceof GatewayRequestFailed && error.code === 'INVALID_REQUEST') return { grants: [] }
  throw error
}
