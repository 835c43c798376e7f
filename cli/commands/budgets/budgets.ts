import type { Command } from 'commander'
import { Budget, BudgetHappening, budgetScopes } from '../../../worker/features/budgets/contract.ts'
import { Session } from '../../api/session.ts'
import { note, plain } from '../../output/output.ts'
import { agreed } from '../confirm.ts'
import { type JsonOption, showList, showOne, withJson } from '../json-option.ts'
import { count, listUpTo } from '../pages.ts'
import { budgetPath } from './path.ts'
import { budgetLines, happeningColumns, scopeWords, spentWords, stateWords } from './words.ts'
import { registerBudgetWrites } from './write.ts'

type ListOptions = JsonOption & { scope?: string; agent?: string; limit?: number }

export function registerBudgets(program: Command): void {
  const budgets = program.command('budgets').description('limits on what agents may spend')
  withJson(
    budgets
      .command('list')
      .description('list budgets and how they stand')
      .option('--scope <kind>', budgetScopes.join(', '))
      .option('--agent <id>', 'only those that cover this agent')
      .option('--limit <count>', 'how many', count),
  ).action(async ({ scope, agent, limit, ...options }: ListOptions) => {
    const session = await Session.open(process.env)
    const items = await listUpTo(session, '/budgets', Budget, { scope, agentId: agent }, limit)
    const columns = {
      id: ({ id }: Budget) => id,
      name: ({ name }: Budget) => name,
      counts: scopeWords,
      each: ({ period }: Budget) => period,
      spent: spentWords,
      state: stateWords,
      'on limit': ({ onLimit }: Budget) => onLimit,
    }
    showList(options, items, columns, 'No budgets yet. Set one: clawbutler budgets create <name> --limit 100')
  })

  withJson(budgets.command('show').alias('get').description('show one budget').argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const budget = await (await Session.open(process.env)).get(budgetPath(id), Budget)
      showOne(options, budget, budgetLines(budget))
    },
  )

  withJson(
    budgets
      .command('history')
      .description('crossings, overrides and resets of a budget, the newest first')
      .argument('<id>')
      .option('--limit <count>', 'how many', count),
  ).action(async (id: string, { limit, ...options }: JsonOption & { limit?: number }) => {
    const session = await Session.open(process.env)
    const items = await listUpTo(session, `${budgetPath(id)}/history`, BudgetHappening, {}, limit)
    showList(options, items, happeningColumns, 'Nothing has happened to it.')
  })

  budgets
    .command('remove')
    .description('remove a budget; agents that it stopped are let go')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .action(async (id: string, { yes }: { yes?: boolean }) => {
      const session = await Session.open(process.env)
      const { name, version } = await session.get(budgetPath(id), Budget)
      await agreed(plain(`Remove the budget ${name}?`), yes ?? false)
      await session.delete(budgetPath(id), { 'if-match': `"${version}"` })
      note('Removed.')
    })

  registerBudgetWrites(budgets)
}
