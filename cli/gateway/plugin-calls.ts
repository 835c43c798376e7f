import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { ApprovalRecord } from './approvals.ts'
import { GatewayRequestFailed } from './refusal.ts'
import type { GatewaySession } from './session.ts'

/** The id of our own plugin (cli/openclaw-plugin) in a gateway. */
export const pluginId = 'clawbutler'

/** What a tool was called with, as our plugin at the gateway tells it. */
export type PluginCall = { tool: string; arguments: Record<string, unknown> | null }

const Waiting = z.object({
  call: z
    .object({ tool: z.string(), digest: z.string(), arguments: z.record(z.string(), z.unknown()).nullable() })
    .nullable(),
})
const PluginStatus = z.object({
  version: z.string(),
  policy: z.record(z.string(), z.unknown()),
  waiting: z.number(),
  /** Whose runs it refuses because it was told so; missing in versions before that. */
  stopped: z.array(z.string()).optional(),
})

/** What the loaded plugin says of itself; null while the gateway has none. */
export async function statusOf(session: GatewaySession): Promise<z.infer<typeof PluginStatus> | null> {
  try {
    return await session.call('clawbutler.status', {}, PluginStatus)
  } catch (error) {
    if (error instanceof GatewayRequestFailed) return null
    throw error
  }
}

/** Longer names of arguments do not fit the link. */
const nameLengthMax = 200

export const isOurs = ({ request }: ApprovalRecord): boolean => request.pluginId === pluginId

/**
 * The call behind an approval of our plugin, with its arguments when they could be had whole and are those that the
 * approval's own text is about; the gateway shows only their beginning.
 */
export async function callOf(session: GatewaySession, record: ApprovalRecord): Promise<PluginCall> {
  const { request } = record
  const unknown: PluginCall = { tool: request.toolName ?? 'tool', arguments: null }
  const { runId, toolCallId } = request
  const answer = await session.call('clawbutler.waiting', { runId, toolCallId }, Waiting, 10_000).catch(() => null)
  const call = answer?.call
  if (!call?.arguments) return unknown
  const fits = Object.keys(call.arguments).every((name) => name.length <= nameLengthMax)
  const digest = digestOf(call.tool, call.arguments)
  const told = /Digest of the call: ([0-9a-f ]{64,80})$/.exec(request.description ?? '')?.[1]?.replaceAll(' ', '')
  return fits && digest === told ? { tool: call.tool, arguments: call.arguments } : unknown
}

const digestOf = (tool: string, given: Record<string, unknown>): string | null => {
  const canonical = canonicalOf(given)
  return canonical === null ? null : createHash('sha256').update(`${tool}\n${canonical}`).digest('hex')
}

function canonicalOf(given: Record<string, unknown>): string | null {
  try {
    return canonicalize(given) ?? null
  } catch {
    return null
  }
}
