import type {
  ConnectorEvent,
  GatewayAgent,
  GatewayApproval,
} from '../../worker/features/connectors/link/events/contract.ts'

/** What a gateway tells, with harmless values where a test does not care. */
type Told<T extends ConnectorEvent['type']> = Omit<Extract<ConnectorEvent, { type: T }>, 'n'>

const at = () => new Date().toISOString()
let made = 0
/** A name that no other happening of this test file has. */
export const unique = (prefix: string) => `${prefix}-${++made}`

export const aGatewayAgent = (externalId: string, facts: Partial<GatewayAgent> = {}): GatewayAgent => ({
  externalId,
  name: externalId,
  model: 'probe/model',
  workspace: null,
  toolsProfile: null,
  isDefault: false,
  ...facts,
})

export const aRoster = (...agents: GatewayAgent[]): Told<'gateway.roster'> => ({
  key: unique('roster'),
  at: at(),
  type: 'gateway.roster',
  payload: { agents },
})

export const aGatewayApproval = (facts: Partial<GatewayApproval> = {}): GatewayApproval => ({
  externalId: unique('request'),
  source: 'openclaw.exec',
  agent: 'main',
  sessionKey: 'agent:main:main',
  runId: crypto.randomUUID(),
  toolCallId: null,
  tool: null,
  arguments: null,
  command: 'uname -a',
  cwd: '/tmp',
  host: 'gateway',
  resolvedPath: '/usr/bin/uname',
  warning: null,
  riskKinds: [],
  warningLines: [],
  allowedDecisions: ['allow-once', 'allow-always', 'deny'],
  requestedAt: new Date(Date.now() - 1_000).toISOString(),
  expiresAt: new Date(Date.now() + 600_000).toISOString(),
  ...facts,
})

export const requested = (request: GatewayApproval): Told<'approval.requested'> => ({
  key: `approval:${request.externalId}`,
  at: at(),
  type: 'approval.requested',
  payload: request,
})

export const resolved = (
  { externalId, source }: GatewayApproval,
  decision: 'allow-once' | 'allow-always' | 'deny',
  subject: Told<'approval.resolved'>['payload']['subject'] = null,
): Told<'approval.resolved'> => ({
  key: `resolved:${externalId}`,
  at: at(),
  type: 'approval.resolved',
  payload: { externalId, source, decision, resolvedBy: null, subject },
})

export const stillPending = (...approvals: GatewayApproval[]): Told<'approval.pending'> => ({
  key: unique('pending'),
  at: at(),
  type: 'approval.pending',
  payload: { approvals },
})

export const runStarted = (agent: string, runId: string): Told<'run.started'> => ({
  key: `run:${runId}:started`,
  at: at(),
  type: 'run.started',
  payload: { agent, runId, sessionKey: `agent:${agent}:main` },
})

export const runEnded = (agent: string, runId: string, costMicroUsd: number | null = null): Told<'run.ended'> => ({
  key: `run:${runId}:ended`,
  at: at(),
  type: 'run.ended',
  payload: {
    agent,
    runId,
    sessionKey: `agent:${agent}:main`,
    outcome: 'ok',
    durationMs: 5,
    error: null,
    usage: { inputTokens: 100, outputTokens: 10, costMicroUsd },
  },
})

export const toolStarted = (title = 'exec', agent = 'main'): Told<'tool.started'> => ({
  key: unique('tool'),
  at: at(),
  type: 'tool.started',
  payload: { agent, runId: 'run', sessionKey: 'main', tool: 'exec', toolCallId: unique('call'), title },
})

export const gatewayRestarted = (): Told<'gateway.connected'> => ({
  key: unique('connected'),
  at: at(),
  type: 'gateway.connected',
  payload: { version: '1', bootId: unique('boot'), restarted: true },
})
