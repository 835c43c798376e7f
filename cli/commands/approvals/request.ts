import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { RequestApproval } from '../../../worker/features/approvals/requester/contract.ts'
import { Session } from '../../api/session.ts'
import { exitCodes, Failure, usage } from '../../output/failure.ts'
import { note, printJson } from '../../output/output.ts'
import { duration } from '../duration.ts'
import { stopOnInterrupt } from '../interrupt.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { pathOf } from './path.ts'
import { showApproval } from './show.ts'

type Pairs = Record<string, string>
type Options = JsonOption & {
  action: string
  title: string
  command?: string
  argument: Pairs
  cwd?: string
  host?: string
  agent?: string
  session?: string
  risk?: string
  impact?: string
  reversibility?: string
  costMicroUsd?: number
  evidence: Pairs
  expires?: number
  idempotencyKey?: string
  wait?: boolean
}

/** `name=value`, gathered over repeats. */
function pair(text: string, known: Pairs): Pairs {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be name=value.')
  return { ...known, [text.slice(0, at)]: text.slice(at + 1) }
}

export function registerRequest(approvals: Command): void {
  withJson(
    approvals
      .command('request')
      .description('ask for an approval, as a script or a pipeline does; with --wait the exit code is the answer')
      .requiredOption('--action <name>', 'what kind of act it is, such as deploy.production')
      .requiredOption('--title <text>', 'one sentence that says what would be done')
      .option('--command <text>', 'the exact command, when there is one')
      .option('--argument <name=value>', 'what it is given; repeat it (JSON, or else text)', pair, {})
      .option('--cwd <folder>')
      .option('--host <name>')
      .option('--agent <id>')
      .option('--session <key>')
      .option('--risk <risk>', 'the least it is: low, medium, high or critical')
      .option('--impact <text>', 'what would happen')
      .option('--reversibility <how>', 'reversible, partly, irreversible or unknown')
      .option('--cost-micro-usd <amount>', 'what it would cost, in millionths of a dollar', Number)
      .option('--evidence <label=value>', 'what speaks for it; repeat it', pair, {})
      .option('--expires <time>', 'how long to wait for an answer, such as 30m', duration)
      .option('--idempotency-key <key>', 'the same key and content again is the same request')
      .option('--wait', 'wait until it is decided, and confirm what was allowed: 0 allowed, 7 refused, 5 expired'),
  ).action(request)

  withJson(
    approvals.command('withdraw').description('take a request of yours back that nobody has decided').argument('<id>'),
  ).action(async (id: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    show(options, await session.post(`${pathOf(id)}/withdraw`, Approval))
  })
}

async function request(options: Options): Promise<void> {
  const body = bodyOf(options)
  const session = await Session.open(process.env)
  const key = options.idempotencyKey ?? randomUUID()
  const asked = await session.post('/approvals', Approval, body, { headers: { 'idempotency-key': key } })
  if (!options.wait) return show(options, asked)
  if (asked.state === 'pending') note(`Waiting for a decision on ${asked.id}, until ${asked.expiresAt}.`)
  const signal = stopOnInterrupt()
  const answered = await decisionOf(session, asked, signal)
  if (signal.aborted)
    throw new Failure(`Nobody has decided yet. To take it back: clawbutler approvals withdraw ${asked.id}`)
  const outcome = answered.decision?.outcome
  if (!outcome || answered.state === 'expired') {
    show(options, answered)
    throw new Failure(`Nobody decided (${answered.stateReason ?? answered.state}).`, exitCodes.expired)
  }
  if (outcome === 'reject') {
    show(options, answered)
    throw new Failure(
      `Refused by ${answered.decision?.by.name}: ${answered.decision?.reason ?? 'no reason given'}`,
      exitCodes.refused,
    )
  }
  // Said right before it is done: if it is not what was shown, the decision does not count.
  const { action, command, arguments: given, cwd } = body
  show(options, await session.post(`${pathOf(asked.id)}/confirm`, Approval, { action, command, arguments: given, cwd }))
}

/** The approval once it is no longer pending; asked less and less often, and never past its end. */
async function decisionOf(session: Session, asked: Approval, signal: AbortSignal): Promise<Approval> {
  let current = asked
  for (let waitMs = 250; current.state === 'pending' && !signal.aborted; waitMs = Math.min(waitMs * 1.3, 3_000)) {
    await pause(waitMs, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) current = await session.get(pathOf(asked.id), Approval)
  }
  return current
}

function bodyOf(options: Options): RequestApproval {
  const { argument, evidence } = options
  const given = Object.entries(argument).map(([name, value]): [string, unknown] => [name, parsedOf(value)])
  const parsed = RequestApproval.safeParse({
    action: options.action,
    title: options.title,
    command: options.command,
    arguments: given.length > 0 ? Object.fromEntries(given) : null,
    cwd: options.cwd,
    host: options.host,
    agentId: options.agent,
    sessionKey: options.session,
    risk: options.risk,
    impact: options.impact,
    reversibility: options.reversibility,
    costMicroUsd: options.costMicroUsd,
    evidence: Object.entries(evidence).map(([label, value]) => ({ label, value })),
    expiresInMs: options.expires,
  })
  if (parsed.success) return parsed.data
  throw usage(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function show(options: JsonOption, approval: Approval): void {
  if (options.json) printJson(approval)
  else showApproval(approval)
}
