import { setTimeout as pause } from 'node:timers/promises'
import { type Command, InvalidArgumentError } from 'commander'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { RollbackPreview, RolledBack } from '../../../worker/features/snapshots/contract.ts'
import { ChangeCategory } from '../../../worker/features/snapshots/diff/contract.ts'
import { Session } from '../../api/session.ts'
import { exitCodes, Failure } from '../../output/failure.ts'
import { note, plain, print, printJson } from '../../output/output.ts'
import { pathOf, slow } from '../agents/path.ts'
import { pathOf as approvalPath } from '../approvals/path.ts'
import { agreed } from '../confirm.ts'
import { duration } from '../duration.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { count } from '../pages.ts'
import { printChanges } from './changes.ts'
import { type ScopeOption, withScope } from './scope.ts'

type Options = JsonOption &
  ScopeOption & { only?: ChangeCategory[]; dryRun?: boolean; yes?: boolean; wait?: boolean | number }

const askEveryMs = 1_000

export function registerConfigRollback(config: Command): void {
  withJson(
    withScope(config.command('rollback').description('put an earlier version back; shows first what would change'))
      .argument('<agent>')
      .argument('<version>', 'its number, as in the history', count)
      .option('--only <categories>', 'separated by commas, such as tools,model', categories)
      .option('--dry-run', 'only show what would change')
      .option('--yes', 'do not ask')
      .option(
        '--wait [time]',
        'for the decision of an approval, such as 30m; without a time until there is one',
        duration,
      ),
  ).action(rollback)
}

async function rollback(agent: string, version: number, { scope, only, json, ...options }: Options): Promise<void> {
  const session = await Session.open(process.env)
  const wanted = { scope, version, ...(only ? { categories: only } : {}) }
  const preview = await session.post(`${pathOf(agent)}/rollback/preview`, RollbackPreview, wanted, slow)
  if (options.dryRun && json) return printJson(preview)
  if (!json) show(preview)
  if (options.dryRun) return
  if (preview.blocked.length > 0)
    throw new Failure('A secret stands in the way. Nothing was changed.', exitCodes.refused)
  if (preview.changes.length > 0) await agreed('Put it back at the gateway?', options.yes === true)
  const send = () => session.post(`${pathOf(agent)}/rollback`, RolledBack, { ...wanted, digest: preview.digest }, slow)
  let done = await send()
  if (done.state === 'waiting' && done.approvalId !== null && options.wait) {
    await decided(session, done.approvalId, options.wait === true ? Number.POSITIVE_INFINITY : options.wait)
    done = await send()
  }
  if (json) printJson(done)
  conclude(done, json ?? false)
}

function show({
  to,
  live,
  changes,
  restarts,
  secrets,
  blocked,
  left,
  dependsOn,
  missing,
  needsApproval,
  exact,
}: RollbackPreview): void {
  note(plain(`From version ${live.version}, which is live, to version ${to.version} of ${to.at}.`))
  printChanges(changes, 'Nothing would change.')
  if (restarts) note('The gateway restarts for this.')
  if (needsApproval) note('Somebody has to approve this.')
  if (dependsOn.length > 0)
    note(plain(`It depends on ${dependsOn.map(({ kind, name }) => `${kind} ${name}`).join(', ')}.`))
  for (const { kind, name } of missing ?? []) note(plain(`The gateway has no ${kind} ${name} now.`))
  if (missing === null) note('Whether everything that it names is there could not be asked.')
  for (const path of secrets) note(plain(`${path} was a secret, which nobody here knows: it stays out.`))
  for (const { path, reason } of left) note(plain(`${path} stays as it is: ${reasons[reason]}.`))
  for (const path of blocked) note(plain(`${path} holds a secret, which nobody here knows: it can not be written.`))
  if (!exact) note('It will not be that version whole.')
}

const reasons = {
  redacted: 'it holds redacted passages',
  too_large: 'it was too large to be kept',
  not_text: 'it was no text, and its bytes are not kept',
  not_removable: 'the gateway can take away no file',
} as const

/** Until somebody decided; whoever refused or let it lapse ends the command. */
async function decided(session: Session, approvalId: string, waitMs: number): Promise<void> {
  note(plain(`It waits for approval ${approvalId}.`))
  const until = Date.now() + waitMs
  for (;;) {
    const { state, decision } = await session.get(approvalPath(approvalId), Approval)
    if (decision?.outcome === 'reject') throw new Failure('It was refused. Nothing was changed.', exitCodes.refused)
    if (state === 'expired') throw new Failure('Nobody decided in time. Nothing was changed.', exitCodes.expired)
    if (state !== 'pending') return
    if (Date.now() >= until) return
    await pause(askEveryMs)
  }
}

function conclude({ state, approvalId, change, verified, snapshot, files }: RolledBack, isJson: boolean): void {
  if (state === 'waiting')
    throw new Failure(
      plain(`It waits for approval ${approvalId}. Run the same again when that is decided, or with --wait.`),
      exitCodes.expired,
    )
  for (const { name, outcome, detail } of isJson ? [] : files)
    print(plain(`${name}: ${outcome}${detail ? ` (${detail})` : ''}`))
  if (state === 'partial') throw new Failure('Not everything was written, and not everything could be undone.')
  if (state === 'under_way') throw new Failure(plain(`The gateway has not answered yet: change ${change?.id}.`))
  if (verified === false)
    throw new Failure('The gateway took it, and something else was there when it was read back.', exitCodes.lostRace)
  if (isJson) return
  if (state === 'nothing') print('It was so already.')
  else print(plain(`Read back from the gateway: version ${snapshot?.version}, ${snapshot?.hash}`))
}

function categories(text: string): ChangeCategory[] {
  const parsed = ChangeCategory.array().safeParse(text.split(','))
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError(`They must be of: ${ChangeCategory.options.join(', ')}.`)
}
