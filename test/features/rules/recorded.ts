import { getTableColumns } from 'drizzle-orm'
import { approvals } from '../../../worker/features/approvals/schema.ts'
import type { RequestFacts } from '../../../worker/features/rules/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'

type Row = typeof approvals.$inferInsert

/** A request as it was recorded, with how it ended. */
export const recordedRow = (organizationId: string, facts: RequestFacts, ended: Partial<Row> = {}): Row => ({
  id: newId('apr'),
  organizationId,
  connectorId: facts.connector.id,
  externalId: crypto.randomUUID(),
  source: facts.source,
  action: facts.action,
  requestedByKind: facts.requester.kind,
  requestedById: facts.requester.id,
  requestedByName: facts.requester.name,
  agentId: facts.agent.id,
  seen: {
    agent: { externalId: facts.agent.externalId, name: facts.agent.name, model: facts.agent.model },
    connector: { name: facts.connector.name },
  },
  sessionKey: facts.session,
  state: 'confirmed',
  risk: facts.risk,
  riskReasons: facts.riskRules.map((rule) => ({ rule, risk: facts.risk, matched: '', start: null, end: null })),
  impact: [],
  reversibility: facts.reversibility,
  costEstimate:
    facts.costMicroUsd === null
      ? null
      : { amountMicroUsd: facts.costMicroUsd, currency: 'USD', basis: 'requester', samples: 0 },
  command: facts.command,
  pattern: facts.action,
  arguments: facts.arguments,
  cwd: facts.cwd,
  host: facts.host,
  warnings: [],
  evidence: [],
  allowedOutcomes: ['allow_once', 'reject'],
  digest: '',
  ruleSetVersion: 0,
  shadowed: [],
  outcome: 'allow_once',
  decidedByKind: 'member',
  requestedAt: facts.at,
  expiresAt: facts.at + 60_000,
  requesterWaitsUntil: facts.at + 60_000,
  ...ended,
})

const perStatement = 500

/** Writes many at once, straight into the database. */
export const record = async (database: Pick<D1Database, 'prepare'>, rows: Row[]): Promise<void> => {
  const [first] = rows
  if (!first) return
  const columns = Object.entries(getTableColumns(approvals)).filter(([name]) => name in first)
  const names = columns.map(([, column]) => column.name).join(', ')
  const values = columns.map(([name]) => `json_extract(value, '$.${name}')`).join(', ')
  const insert = database.prepare(`insert into approvals (${names}) select ${values} from json_each(?)`)
  for (let from = 0; from < rows.length; from += perStatement)
    await insert.bind(JSON.stringify(rows.slice(from, from + perStatement))).run()
}
