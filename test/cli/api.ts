import { createServer, type IncomingMessage } from 'node:http'
import { onTestFinished } from 'vitest'
import { Approval } from '../../worker/features/approvals/contract.ts'
import { Problem } from '../../worker/platform/contract.ts'

type Asked = { what: string; query: Record<string, string>; headers: IncomingMessage['headers']; body: unknown }
type Route = (asked: Asked) => [number, unknown]

/** An API with just these answers, by method and path; `asked` is what was asked of it. */
export async function anApi(routes: Record<string, Route>) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    const path = pathname.replace('/api/v1', '')
    const query = Object.fromEntries(searchParams)
    const one = {
      what: `${request.method} ${path}`,
      query,
      headers: request.headers,
      body: /json/.test(request.headers['content-type'] ?? '') && text ? JSON.parse(text) : null,
    }
    asked.push(one)
    const [status, value] = routes[one.what]?.(one) ?? [404, aProblem('not_found', 404)]
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return { asked, env: { CLAWBUTLER_SERVER: url, CLAWBUTLER_API_KEY: 'cbk_test' } }
}

export const aProblem = (code: string, status: number, detail = 'It is refused.'): Problem =>
  Problem.parse({ type: `urn:clawbutler:problem:${code}`, title: code, status, code, detail, requestId: 'r1' })

export const idOf = (prefix: string, number: number) => `${prefix}_${String(number).padStart(26, '0')}`

const at = '2026-11-21T06:00:00.000Z'

/** A pending approval as the API answers it. */
export const anApproval = (change: Partial<Approval> = {}): Approval =>
  Approval.parse({
    id: idOf('apr', 1),
    state: 'pending',
    stateReason: null,
    source: 'openclaw.exec',
    action: 'exec',
    title: null,
    connectorId: null,
    connectorName: null,
    agentId: null,
    agentName: 'Scout',
    sessionKey: null,
    traceId: null,
    requestedBy: { kind: 'connector', id: idOf('con', 1), name: 'laboratory' },
    risk: 'high',
    riskReasons: [{ rule: 'destructive-delete', risk: 'high', matched: 'rm -rf', start: 5, end: 11 }],
    impact: [],
    impactText: null,
    reversibility: 'irreversible',
    costEstimate: null,
    command: 'sudo rm -rf /srv',
    arguments: null,
    cwd: '/',
    host: null,
    resolvedPath: null,
    warnings: [],
    evidence: [],
    digest: 'a'.repeat(64),
    allowedOutcomes: ['allow_once', 'reject'],
    rule: null,
    ruleSetVersion: 0,
    ask: null,
    missing: [],
    grantId: null,
    shadowed: [],
    votes: [],
    decision: null,
    assignee: null,
    snoozedUntil: null,
    comments: 0,
    refusedToCaller: null,
    requestedAt: at,
    shownAt: null,
    expiresAt: at,
    escalatesAt: null,
    escalatedAt: null,
    deliveredAt: null,
    confirmedAt: null,
    ...change,
  })

export const aDecision = (outcome: 'allow_once' | 'reject'): Approval['decision'] => ({
  outcome,
  by: { kind: 'member', id: 'usr_1', name: 'Olga' },
  at,
  reason: 'because',
})
