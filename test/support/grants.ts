import { approvals } from '../../worker/features/approvals/schema.ts'
import { wordsOf } from '../../worker/features/approvals/words.ts'
import type { GrantPattern } from '../../worker/features/grants/contract.ts'
import { type GrantRow, grants } from '../../worker/features/grants/schema.ts'
import type { RequestFacts } from '../../worker/features/rules/contract.ts'
import type { OrganizationContext } from '../../worker/platform/context.ts'
import { newId } from '../../worker/platform/ids.ts'

/** What the rules see of a command that an agent is about to run. */
export const aCommand = (command: string, facts: Partial<RequestFacts> = {}): RequestFacts => ({
  source: 'openclaw.exec',
  action: 'exec',
  command,
  argv: wordsOf(command),
  cwd: '/srv/app',
  host: 'gateway',
  session: 'agent:main:main',
  arguments: {},
  risk: 'medium',
  riskRules: [],
  reversibility: 'unknown',
  costMicroUsd: null,
  agent: { id: 'agt_1', externalId: 'main', name: 'main', model: '' },
  connector: { id: 'con_1', name: 'Probe' },
  requester: { kind: 'connector', id: 'con_1', name: 'Probe' },
  at: Date.now(),
  ...facts,
})

/** A pattern that is as open as one can be. */
export const aPattern = (facts: Partial<GrantPattern> = {}): GrantPattern => ({
  source: 'openclaw.exec',
  action: 'exec',
  agentId: null,
  connectorId: null,
  command: null,
  words: null,
  cwd: null,
  arguments: null,
  riskMax: 'high',
  ...facts,
})

/** `git push *` as words: a star is any word, and one at the end with dots any further ones. */
export const words = (text: string): NonNullable<GrantPattern['words']> => {
  const given = text.split(' ')
  const more = given.at(-1) === '...'
  return {
    words: (more ? given.slice(0, -1) : given).map((word) => (word === '*' ? { any: true } : { exact: word })),
    more,
  }
}

/** A grant as a decision would have left it, written straight to D1. */
export const aGrant = async (ctx: OrganizationContext, facts: Partial<GrantRow> = {}): Promise<GrantRow> => {
  const pattern = facts.pattern ?? aPattern({ words: words('uname ...') })
  const row: GrantRow = {
    id: newId('grn'),
    organizationId: ctx.organizationId,
    pattern,
    agentId: pattern.agentId,
    connectorId: pattern.connectorId,
    approvalId: null,
    createdByKind: 'member',
    createdById: ctx.actor.id,
    createdByName: ctx.actorName,
    createdAt: Date.now(),
    expiresAt: Date.now() + 86_400_000,
    usesMax: null,
    uses: 0,
    lastUsedAt: null,
    revokedAt: null,
    revokedById: null,
    revokedByName: null,
    revokeReason: null,
    endedAt: null,
    gateway: 'none',
    gatewayRef: null,
    gatewayAt: null,
    ...facts,
  }
  await ctx.db.insert(grants).values(row)
  return row
}

/** A request as it was recorded, decided or not, written straight to D1. */
export const aRecordedRequest = async (
  ctx: OrganizationContext,
  command: string,
  facts: Partial<typeof approvals.$inferInsert> = {},
): Promise<string> => {
  const id = newId('apr')
  await ctx.db.insert(approvals).values({
    id,
    organizationId: ctx.organizationId,
    source: 'openclaw.exec',
    action: 'exec',
    requestedByKind: 'connector',
    requestedById: 'con_1',
    requestedByName: 'Probe',
    seen: { agent: { externalId: 'main', name: 'main', model: '' }, connector: { name: 'Probe' } },
    state: 'confirmed',
    risk: 'medium',
    riskReasons: [],
    impact: [],
    reversibility: 'unknown',
    command,
    pattern: command,
    cwd: '/srv/app',
    warnings: [],
    evidence: [],
    allowedOutcomes: ['allow_once', 'reject'],
    digest: '0'.repeat(64),
    ruleSetVersion: 0,
    shadowed: [],
    requestedAt: Date.now() - 60_000,
    expiresAt: Date.now() + 600_000,
    requesterWaitsUntil: Date.now() + 600_000,
    ...facts,
  })
  return id
}

/** How a person decided it. */
export const decided = (outcome: 'allow_once' | 'allow_always' | 'reject') => ({
  outcome,
  decidedByKind: 'member' as const,
  decidedById: 'usr_1',
  decidedByName: 'Ada',
  decidedAt: Date.now() - 30_000,
})
