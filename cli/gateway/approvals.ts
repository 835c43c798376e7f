import { z } from 'zod'
import type { GatewayApproval } from '../../worker/features/connectors/link/events/contract.ts'
import { cut, cutOrNull, instant } from './bounded.ts'
import { runRef } from './keys.ts'
import type { PluginCall } from './plugin-calls.ts'

const text = z.string().nullish().catch(null)
const texts = z.array(z.string()).catch([])

/** A pending approval as the gateway lists and announces it: exec and plugin requests differ in their fields. */
export const ApprovalRecord = z.object({
  id: z.string().min(1).max(200),
  approvalKind: z.string().optional(),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  request: z.object({
    command: text,
    title: text,
    description: text,
    toolName: text,
    pluginId: text,
    severity: text,
    cwd: text,
    host: text,
    nodeId: text,
    agentId: text,
    sessionKey: text,
    runId: text,
    toolCallId: text,
    resolvedPath: text,
    warningText: text,
    allowedDecisions: texts,
    commandAnalysis: z.object({ riskKinds: texts, warningLines: texts }).nullish().catch(null),
  }),
})
export type ApprovalRecord = z.infer<typeof ApprovalRecord>
export const ApprovalRecords = z.array(ApprovalRecord)

export const ApprovalResolved = z.object({
  id: z.string().min(1).max(200),
  decision: z.enum(['allow-once', 'allow-always', 'deny']),
  resolvedBy: text,
  ts: z.number().optional(),
  /** What was asked, as the gateway has it at the moment of the decision. */
  request: z.object({ command: text, title: text, description: text, cwd: text }).nullish().catch(null),
})
export type ApprovalResolved = z.infer<typeof ApprovalResolved>

export type ApprovalSource = GatewayApproval['source']
export const approvalSources = { exec: 'openclaw.exec', plugin: 'openclaw.plugin' } as const

const commandLengthMax = 32_000
const decisions = ['allow-once', 'allow-always', 'deny'] as const

type Maybe = string | null | undefined
type Asked = { command?: Maybe; title?: Maybe; description?: Maybe; cwd?: Maybe }

const commandOf = (request: Asked, source: ApprovalSource): string =>
  source === 'openclaw.exec'
    ? (request.command ?? '')
    : [request.title, request.description].filter((part) => part).join('\n')

/** What a decision was about, in the same words as what was shown before it. */
export const subjectOf = (request: Asked, source: ApprovalSource) => ({
  command: cut(commandOf(request, source), commandLengthMax),
  cwd: cutOrNull(request.cwd, 4_000),
})

/**
 * What a person decides on. What cannot be shown whole can only be denied: nobody may allow what they could not read.
 * `call` is what our own plugin told of the tool and its arguments.
 */
export function toGatewayApproval(
  record: ApprovalRecord,
  source: ApprovalSource,
  call: PluginCall | null = null,
): GatewayApproval {
  const { request } = record
  const length = commandOf(request, source).length
  const isCut = length > commandLengthMax
  const isUnknown = call !== null && call.arguments === null
  const warning = isCut
    ? `The command is ${length} characters long; only its beginning is shown, so it can only be denied.`
    : isUnknown
      ? 'What the tool is called with cannot be shown whole, so it can only be denied.'
      : (request.warningText ?? null)
  return {
    externalId: record.id,
    source,
    agent: request.agentId ? cut(request.agentId, 200) : null,
    sessionKey: cutOrNull(request.sessionKey),
    runId: request.runId == null ? null : runRef(request.runId),
    toolCallId: cutOrNull(request.toolCallId),
    tool: source === 'openclaw.exec' ? null : cutOrNull(call?.tool ?? request.toolName),
    arguments: call?.arguments ?? null,
    ...subjectOf(request, source),
    host: cutOrNull(request.nodeId ? `${request.host ?? 'node'}:${request.nodeId}` : request.host),
    resolvedPath: cutOrNull(request.resolvedPath, 4_000),
    warning: cutOrNull(warning, 4_000),
    riskKinds: (request.commandAnalysis?.riskKinds ?? []).slice(0, 50).map((kind) => cut(kind)),
    warningLines: (request.commandAnalysis?.warningLines ?? []).slice(0, 50).map((line) => cut(line, 400)),
    allowedDecisions: decisions.filter((decision) =>
      isCut || isUnknown ? decision === 'deny' : request.allowedDecisions.includes(decision),
    ),
    requestedAt: instant(record.createdAtMs),
    expiresAt: instant(record.expiresAtMs),
  }
}
