import type { Command } from 'commander'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { BatchResult } from '../../../worker/features/approvals/decision/contract.ts'
import { exitCodeOf, Refused } from '../../api/request.ts'
import { Session } from '../../api/session.ts'
import { Failure, usage } from '../../output/failure.ts'
import { note, print, printJson, table } from '../../output/output.ts'
import { duration } from '../duration.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { count } from '../pages.ts'
import { chooseGrant, type GrantOptions } from './grant.ts'
import { pathOf } from './path.ts'
import { showApproval } from './show.ts'

type ApproveOptions = JsonOption & GrantOptions & { always?: boolean; reason?: string }

export function registerDecide(approvals: Command): void {
  withJson(
    approvals
      .command('approve')
      .description('allow what approvals ask for, exactly as they are now; several ids are decided at once')
      .argument('<id...>')
      .option('--reason <text>', 'why; it is kept with the decision')
      .option('--always', 'also allow the like of it from now on: shows what that would have covered, and asks')
      .option('--proposal <number>', 'which of the proposed patterns, the narrowest is 1', count)
      .option('--expires <time>', 'how long it is allowed, such as 12h or 30d', duration)
      .option('--uses <count>', 'how often it is allowed', count)
      .option('--at-gateway', 'let the gateway remember it too, so that it does not even ask')
      .option('--yes', 'do not ask before allowing always'),
  ).action(async (ids: string[], { always, reason, ...options }: ApproveOptions) => {
    const session = await Session.open(process.env)
    const [id = ''] = ids
    if (!always) return decideAll(session, ids, 'allow_once', reason, options)
    if (ids.length > 1) throw usage('--always takes one approval: what it covers has to be looked at.')
    const approval = await session.get(pathOf(id), Approval)
    if (!options.json) showApproval(approval)
    const grant = await chooseGrant(session, approval, options)
    const body = { mode: 'always', digest: approval.digest, grant, ...(reason ? { reason } : {}) }
    showDecided(options, await decided(session, id, 'approve', body))
  })

  withJson(
    approvals
      .command('reject')
      .description('refuse what approvals ask for; several ids are decided at once')
      .argument('<id...>')
      .option('--reason <text>', 'why; it is kept with the decision'),
  ).action(async (ids: string[], { reason, ...options }: JsonOption & { reason?: string }) => {
    await decideAll(await Session.open(process.env), ids, 'reject', reason, options)
  })
}

async function decideAll(
  session: Session,
  ids: string[],
  outcome: 'allow_once' | 'reject',
  reason: string | undefined,
  options: JsonOption,
): Promise<void> {
  const why = reason ? { reason } : {}
  const [id, ...others] = ids
  if (id !== undefined && others.length === 0) {
    // Bound to what is there now: another content under the same id is refused as stale.
    const { digest } = await session.get(pathOf(id), Approval)
    const [verb, body] =
      outcome === 'reject'
        ? (['reject', { digest, ...why }] as const)
        : (['approve', { mode: 'once', digest, ...why }] as const)
    return showDecided(options, await decided(session, id, verb, body))
  }
  const items = []
  for (const each of new Set(ids)) {
    const digest = await digestOf(session, each)
    items.push({ id: each, outcome, ...(digest ? { digest } : {}), ...why })
  }
  const result = await session.post('/approvals/batch', BatchResult, { items }, { timeoutMs: 120_000 })
  if (options.json) printJson(result)
  else {
    print(
      table(result.items, {
        id: (item) => item.id,
        result: (item) => (item.ok ? item.state : item.code),
        why: (item) => (item.ok ? '' : item.detail),
      }),
    )
  }
  const [failed] = result.items.flatMap((item) => (item.ok ? [] : [item.code]))
  if (failed) throw new Failure(`${result.decided} decided, ${result.failed} not.`, exitCodeOf({ code: failed }))
}

/** What cannot be read is left to the batch, which says why. */
async function digestOf(session: Session, id: string): Promise<string | null> {
  try {
    return (await session.get(pathOf(id), Approval)).digest
  } catch (error) {
    if (error instanceof Refused && error.status < 500) return null
    throw error
  }
}

async function decided(session: Session, id: string, verb: 'approve' | 'reject', body: object): Promise<Approval> {
  try {
    return await session.post(`${pathOf(id)}/${verb}`, Approval, body)
  } catch (error) {
    if (error instanceof Refused && error.code === 'passkey_required')
      note(`Decide it in the browser: ${session.server}${pathOf(id)}`)
    throw error
  }
}

function showDecided(options: JsonOption, approval: Approval): void {
  if (options.json) printJson(approval)
  else showApproval(approval)
}
