import type { Command } from 'commander'
import { ApprovalContext } from '../../../worker/features/approvals/context/contract.ts'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { Session } from '../../api/session.ts'
import { facts, plain, print, printJson } from '../../output/output.ts'
import { spoken } from '../duration.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { marked } from './danger.ts'
import { pathOf, toldShown } from './path.ts'

export function registerShow(approvals: Command): void {
  withJson(
    approvals.command('show').description('show one approval with everything a decision needs').argument('<id>'),
  ).action(async (id: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    const approval = await session.get(pathOf(id), Approval)
    const context = await session.get(`${pathOf(id)}/context`, ApprovalContext)
    if (options.json) printJson({ ...approval, context })
    else {
      showApproval(approval)
      showContext(context)
    }
    if (approval.state === 'pending') await toldShown(session, { listed: [id], opened: [id] })
  })
}

/** Everything that is decided on, as the inbox shows it. */
export function showApproval(approval: Approval): void {
  const { decision, riskReasons, warnings, costEstimate: cost, ask, votes } = approval
  const colour = process.stdout.isTTY === true && !process.env.NO_COLOR
  // Beside the facts, for it may be long, and is the one thing that has to be read whole.
  print(marked(approval.command, riskReasons, colour))
  const lines: Parameters<typeof facts>[0] = {
    id: approval.id,
    state: approval.stateReason ? `${approval.state} (${approval.stateReason})` : approval.state,
    title: approval.title,
    action: `${approval.action} (${approval.source})`,
    arguments: approval.arguments ? JSON.stringify(approval.arguments) : null,
    directory: approval.cwd,
    program: approval.resolvedPath,
    host: approval.host,
    risk: approval.risk,
    why: riskReasons.map(({ rule, risk, matched }) => `${risk}, ${rule}: ${matched}`).join('; ') || null,
    warnings: warnings.join('; ') || null,
    impact:
      [approval.impact.map(({ kind, risk }) => `${kind} (${risk})`).join(', '), approval.impactText]
        .filter(Boolean)
        .join('; ') || null,
    reversible: approval.reversibility,
    cost: cost ? `${cost.amountMicroUsd / 1e6} USD (${basisOf(cost)})` : 'unknown',
    evidence: approval.evidence.map(({ label, value }) => `${label}: ${value}`).join('; ') || null,
    agent: approval.agentName,
    connector: approval.connectorName,
    session: approval.sessionKey,
    trace: approval.traceId,
    'asked by': approval.requestedBy.name || approval.requestedBy.kind,
    rule: approval.rule
      ? `${approval.rule.name} (version ${approval.ruleSetVersion})`
      : 'none: whoever may decide is asked',
    'asks of': ask ? askedOf(approval) : null,
    votes: votes.map(voteOf).join('; ') || null,
    'in shadow': approval.shadowed.map(({ ruleName, outcome }) => `${ruleName}: ${outcome}`).join('; ') || null,
    'you may': approval.state === 'pending' ? mayOf(approval) : null,
    'handed to': approval.assignee?.name,
    requested: approval.requestedAt,
    expires: approval.expiresAt,
    decision: decision ? `${decision.outcome} by ${decision.by.name} (${decision.by.kind}) at ${decision.at}` : null,
    reason: decision?.reason,
    digest: approval.digest,
  }
  print(facts(Object.fromEntries(Object.entries(lines).filter(([, value]) => value !== null && value !== undefined))))
}

const mayOf = ({ refusedToCaller }: Approval): string =>
  refusedToCaller === null ? 'decide' : `not decide (${refusedToCaller})`

const basisOf = ({ basis, samples }: NonNullable<Approval['costEstimate']>): string =>
  basis === 'requester' ? 'says the requester' : `median of ${samples} runs`

const voteOf = ({ outcome, by, at, signed, reason }: Approval['votes'][number]): string =>
  `${outcome} by ${by.name} at ${at}${signed ? ', signed' : ''}${reason ? `: ${reason}` : ''}`

function askedOf({ ask, missing }: Approval): string {
  const groups = (ask?.groups ?? []).map(({ roles, members, quorum }, index) => {
    const who = [...roles, ...members].join(' or ')
    const left = missing[index]
    return `${quorum} of ${who}${left === undefined ? '' : ` (${left} missing)`}`
  })
  return [groups.join(' and '), ask?.passkey ? 'with a passkey' : '', ask?.separationOfDuty ? 'not the requester' : '']
    .filter(Boolean)
    .join(', ')
}

function showContext({ trace, precedent, comments }: ApprovalContext): void {
  const { allowed, refused, undecided, last } = precedent
  const before = last ? `; last ${last.outcome} by ${last.byName}, ${spoken(Date.now() - Date.parse(last.at))} ago` : ''
  print(`\nThe like of it in 30 days: ${allowed} allowed, ${refused} refused, ${undecided} undecided${plain(before)}`)
  if (trace.length > 0) print('\nWhat led to it:')
  for (const { at, type, payload } of trace)
    print(plain(`  ${at}  ${type.padEnd(20)} ${JSON.stringify(payload).slice(0, 160)}`))
  if (comments.length > 0) print('\nComments:')
  for (const { at, by, text } of comments) print(plain(`  ${at}  ${by.name}: ${text}`))
}
