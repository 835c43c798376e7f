import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { Connector } from '../../../worker/features/connectors/contract.ts'
import { type ApprovalHappening, readApprovalBook } from '../../support/gateway-simulator/approval-book.ts'
import type { Acknowledged } from './load.ts'
import { readAll, type World } from './world.ts'

const LedgerRow = z.object({ runId: z.string(), action: z.string(), toolCallId: z.string().optional() })
const Told = z.object({
  runId: z.string().optional(),
  toolCallId: z.string().optional(),
  externalId: z.string().optional(),
  approvalId: z.string().optional(),
  decision: z.string().optional(),
  outcome: z.string().optional(),
})
const decisionOf = { 'allow-once': 'allow_once', 'allow-always': 'allow_always', deny: 'reject' } as const
const actionOf: Record<string, string> = {
  'agent.run.started': 'run.started',
  'agent.run.finished': 'run.ended',
  'tool.action.started': 'tool.started',
  'tool.action.finished': 'tool.ended',
}

export interface Verdict {
  /** What is not as it must be; empty when all is well. */
  wrong: string[]
  events: number
  happenings: number
  approvals: Record<string, number>
  /** Requests that the gateway forgot before anybody could have been told. */
  unheard: number
}

/** Compares what the gateway has on its disk with what the product says over its API, and looks at no other state. */
export const judge = async (world: World, acknowledged: Acknowledged): Promise<Verdict> => {
  const book = readApprovalBook(join(world.gatewayState, 'approvals.jsonl'))
  const ledger = ledgerIn(join(world.gatewayState, 'ledger.jsonl'))
  const entries = await readAll(world, '/audit/events?order=oldest', AuditEntry)
  const approvals = await readAll(world, '/approvals', Approval)
  const wrong: string[] = []
  const claim: Claim = (holds, otherwise) => {
    if (!holds) wrong.push(otherwise)
  }

  for (const [index, { seq }] of entries.entries()) claim(seq === index + 1, `position ${index + 1} has number ${seq}`)
  claim(new Set(entries.map(({ id }) => id)).size === entries.length, 'an event id stands twice')

  const counts = new Map<string, number>()
  for (const entry of entries) {
    const identity = identityOf(entry)
    if (identity) counts.set(identity, (counts.get(identity) ?? 0) + 1)
  }
  for (const [identity, count] of counts) claim(count === 1, `${identity} stands ${count} times`)
  for (const identity of ledger) claim(counts.has(identity), `${identity} is missing`)
  for (const identity of counts.keys())
    if (identity.startsWith('run.started:')) claim(ledger.has(identity), `${identity} never was`)

  const unheard = judgeApprovals(claim, { book, entries, approvals, acknowledged, counts })
  judgeConnector(claim, entries)
  await judgeAgents(claim, world)
  const states = approvals.map(({ state, stateReason }) => (stateReason ? `${state}: ${stateReason}` : state))
  return {
    wrong,
    events: entries.length,
    happenings: ledger.size + book.length,
    approvals: Object.fromEntries([...new Set(states)].map((s) => [s, states.filter((each) => each === s).length])),
    unheard,
  }
}

type Claim = (holds: boolean, otherwise: string) => void
interface Sides {
  book: ApprovalHappening[]
  entries: AuditEntry[]
  approvals: Approval[]
  acknowledged: Acknowledged
  counts: ReadonlyMap<string, number>
}

const judgeApprovals = (claim: Claim, { book, entries, approvals, acknowledged, counts }: Sides): number => {
  const resolved = new Map(book.flatMap((each) => (each.what === 'resolved' ? [[each.id, each.decision]] : [])))
  const told = entries.map((entry) => ({ entry, ...Told.parse(entry.payload) }))
  const requestedAs = new Map(
    told.flatMap(({ entry, externalId }) =>
      entry.type === 'approval.requested' && entry.target ? [[entry.target, externalId ?? '']] : [],
    ),
  )
  for (const [id, decision] of resolved) claim(counts.has(`approval.resolved:${id}`), `${id} ${decision} is missing`)
  for (const { entry, externalId, decision } of told)
    if (entry.type === 'approval.resolved')
      claim(resolved.get(externalId ?? '') === decision, `${externalId} was not decided as ${decision}`)

  for (const { id, state, stateReason, decision } of approvals) {
    const name = `approval ${id} (${state}${stateReason ? `: ${stateReason}` : ''})`
    const externalId = requestedAs.get(id)
    claim(externalId !== undefined, `${name} has no request in the sequence`)
    if (externalId === undefined) continue
    const ours = told.filter(({ entry, approvalId }) => entry.type === 'approval.decided' && approvalId === id)
    const theirs = resolved.get(externalId)
    claim(['confirmed', 'undeliverable', 'expired'].includes(state), `${name} is stuck`)
    claim(state === 'confirmed' || stateReason !== null, `${name} ended without a reason`)
    claim(ours.length <= 1, `${name} has ${ours.length} decisions`)
    if (ours[0]) claim(ours[0].outcome === decision?.outcome, `${name}: the sequence says ${ours[0].outcome}`)
    if (state === 'confirmed')
      claim(
        theirs !== undefined && decisionOf[theirs] === decision?.outcome,
        `${name} but the gateway has ${theirs ?? 'nothing'}`,
      )
    else if (theirs)
      claim(decision !== null && decision.outcome !== decisionOf[theirs], `${name} but the gateway took ${theirs}`)
  }
  const outcomes = new Map(approvals.map(({ id, decision }) => [id, decision?.outcome]))
  for (const [id, decision] of acknowledged)
    claim(
      outcomes.get(id) === decision?.outcome,
      `${id}: ${decision?.outcome} was promised, ${outcomes.get(id)} stands`,
    )

  const heard = new Set(requestedAs.values())
  return book.filter(({ what, id }) => what === 'requested' && !heard.has(id)).length
}

/** A connector comes online only after it was offline. */
const judgeConnector = (claim: Claim, entries: AuditEntry[]): void => {
  const turns = entries.filter(({ type }) => type === 'connector.online' || type === 'connector.offline')
  for (const [index, { type, seq }] of turns.entries())
    claim(type === (index % 2 === 0 ? 'connector.online' : 'connector.offline'), `${type} (${seq}) is out of turn`)
}

/** The registry shows the gateway's agents, and none of them as busy with a run that is over. */
const judgeAgents = async (claim: Claim, world: World): Promise<void> => {
  const Listed = z.object({ agents: z.array(z.object({ id: z.string() })) })
  const listed = Listed.parse(await world.control('GET', 'agents'))
  const [connector] = await readAll(world, '/connectors', Connector)
  claim(connector?.state === 'online' && connector.gateway.connected, 'the connector is away')
  const agents = await readAll(world, '/agents?state=active', Agent)
  const names = (ids: string[]) => ids.sort().join(' ')
  const theirs = names(listed.agents.map(({ id }) => id))
  const ours = names(agents.map(({ externalId }) => externalId))
  claim(ours === theirs, `the registry has ${ours}, the gateway ${theirs}`)
  for (const { name, activity } of agents) claim(activity === 'idle', `${name} is ${activity} with nothing to do`)
}

const ledgerIn = (file: string): Set<string> => {
  const identities = new Set<string>()
  for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []) {
    if (line === '') continue
    const { runId, action, toolCallId } = LedgerRow.parse(JSON.parse(line))
    identities.add(happeningOf(actionOf[action] ?? action, runId, toolCallId))
  }
  return identities
}

/** What an event tells of, however it was told; null for events that may repeat. */
const identityOf = ({ type, payload }: AuditEntry): string | null => {
  const { runId, toolCallId, externalId, approvalId } = Told.parse(payload)
  if (runId && (type.startsWith('run.') || type.startsWith('tool.'))) return happeningOf(type, runId, toolCallId)
  if (type === 'approval.requested' || type === 'approval.resolved') return `${type}:${externalId}`
  // Each attempt that is refused is a happening of its own.
  if (type === 'approval.decision-refused') return null
  return type.startsWith('approval.') && approvalId ? `${type}:${approvalId}` : null
}

/** The ledger knows a tool call by the digest of its id only. */
const happeningOf = (type: string, runId: string, toolCallId?: string): string => {
  if (!toolCallId) return `${type}:${runId}`
  const digest = toolCallId.startsWith('sha256:')
    ? toolCallId
    : `sha256:${createHash('sha256').update(toolCallId).digest('hex')}`
  return `${type}:${runId}:${digest}`
}
