import { type Command, Option } from 'commander'
import {
  Budget,
  type BudgetScope,
  budgetPeriods,
  limitActions,
  OverriddenBudget,
} from '../../../worker/features/budgets/contract.ts'
import { Session } from '../../api/session.ts'
import { exitCodes, Failure, usage } from '../../output/failure.ts'
import { note, plain, printJson } from '../../output/output.ts'
import { type JsonOption, showOne, withJson } from '../json-option.ts'
import { scopeOf } from '../kill/scope.ts'
import { count } from '../pages.ts'
import { dollars, microUsd } from './money.ts'
import { budgetPath } from './path.ts'
import { budgetLines } from './words.ts'

interface Wanted {
  limit?: number
  period?: string
  timeZone?: string
  warn?: number
  onLimit?: string
  raise?: number
}

const withSettings = (command: Command): Command =>
  command
    .option('--limit <usd>', 'how much may be spent in a period, in US dollars', microUsd)
    .addOption(new Option('--period <period>', 'a week begins on Monday; at first a month').choices(budgetPeriods))
    .option('--time-zone <name>', 'whose midnight ends it, such as Asia/Tokyo; at first UTC')
    .option('--warn <percent>', 'of the limit; at first 80', count)
    .addOption(new Option('--on-limit <action>', 'what happens at the limit; at first warn').choices(limitActions))
    .option('--raise <usd>', 'what an approval under ask adds to the limit of a period', microUsd)

const settingsOf = ({ limit, period, timeZone, warn, onLimit, raise }: Wanted) => {
  const named = { limitMicroUsd: limit, period, timeZone, warnPercent: warn, onLimit, raiseMicroUsd: raise }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}

export function registerBudgetWrites(budgets: Command): void {
  withJson(
    withSettings(
      budgets
        .command('create')
        .description('set a budget; over everything, an agent, group:NAME or model:NAME')
        .argument('<name>')
        .option('--scope <what>', 'organization, agent id or name, group:NAME, model:NAME', 'organization'),
    ),
  ).action(async (name: string, { scope, json, ...wanted }: JsonOption & Wanted & { scope: string }) => {
    if (wanted.limit === undefined) throw usage('Give the limit: --limit 100.')
    const session = await Session.open(process.env)
    const body = { name, scope: await budgetScopeOf(session, scope), period: 'month', ...settingsOf(wanted) }
    const budget = await session.post('/budgets', Budget, body)
    showOne(json ? { json } : {}, budget, budgetLines(budget))
  })

  withJson(
    withSettings(
      budgets
        .command('update')
        .description('change a budget; what is not named stays')
        .argument('<id>')
        .option('--name <name>'),
    ),
  ).action(async (id: string, { name, json, ...wanted }: JsonOption & Wanted & { name?: string }) => {
    const body = { ...(name !== undefined && { name }), ...settingsOf(wanted) }
    if (Object.keys(body).length === 0) throw usage('Say what to change, such as --limit or --name.')
    const session = await Session.open(process.env)
    const { version } = await session.get(budgetPath(id), Budget)
    const headers = { 'if-match': `"${version}"` }
    const budget = await session.write('PATCH', budgetPath(id), Budget, body, { headers })
    showOne(json ? { json } : {}, budget, budgetLines(budget))
  })

  withJson(
    budgets
      .command('override')
      .description('let a budget be passed by an amount in its present period; always by an approval')
      .argument('<id>')
      .argument('<usd>', 'how much, in US dollars', microUsd)
      .requiredOption('--reason <text>', 'why; it is kept'),
  ).action(override)

  withJson(
    budgets
      .command('reset')
      .description('let go what a used-up budget holds, and count the rest of its period anew')
      .argument('<id>')
      .requiredOption('--reason <text>', 'why; it is kept'),
  ).action(async (id: string, { reason, ...options }: JsonOption & { reason: string }) => {
    const session = await Session.open(process.env)
    const budget = await session.post(`${budgetPath(id)}/reset`, Budget, { reason })
    showOne(options, budget, budgetLines(budget))
  })
}

async function override(id: string, amount: number, { reason, json }: JsonOption & { reason: string }): Promise<void> {
  const session = await Session.open(process.env)
  const body = { amountMicroUsd: amount, reason }
  const { state, approvalId, budget } = await session.post(`${budgetPath(id)}/override`, OverriddenBudget, body)
  if (json) printJson({ state, approvalId, budget })
  else if (state === 'applied') note(plain(`${budget.name} may spend ${dollars(budget.standing.allowedMicroUsd)} now.`))
  else if (state === 'waiting') note(`Others have to decide the approval ${approvalId}; it takes effect by itself.`)
  if (state === 'refused') throw new Failure(`The approval ${approvalId} was refused.`, exitCodes.refused)
}

async function budgetScopeOf(session: Session, what: string): Promise<BudgetScope> {
  if (what.startsWith('model:')) return { kind: 'model', model: what.slice('model:'.length) }
  const scope = await scopeOf(session, what)
  if (scope.kind === 'connector') throw usage('A budget counts everything, an agent, a group or a model.')
  return scope
}
