import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { tagOf, versionSeen } from '../../http/if-match.ts'
import { Id, Page, PageQuery } from '../../platform/contract.ts'
import { changeBudget } from './change.ts'
import {
  Budget,
  BudgetHappening,
  BudgetPage,
  ChangeBudget,
  CreateBudget,
  ListBudgets,
  OverriddenBudget,
  OverrideBudget,
  ResetBudget,
} from './contract.ts'
import { createBudget } from './create.ts'
import { budgetHistory } from './history.ts'
import { listBudgets, showBudget } from './list.ts'
import { overrideBudget } from './override.ts'
import { removeBudget } from './remove.ts'
import { resetBudget } from './reset.ts'

const tags = ['budgets']
const params = z.object({ id: Id('bud') })
const read = can('cost.read')
const write = can('budgets.write')

export const budgetRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/budgets',
      tags,
      summary: 'Budgets, the oldest first, each with how it stands in its present period',
      middleware: read,
      request: { query: ListBudgets },
      responses: { 200: json(BudgetPage, 'A page of budgets'), ...problems },
    }),
    async (c) => c.json(await listBudgets(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/budgets',
      tags,
      summary: 'Set a budget',
      description: 'What was spent in the present period before counts. Money is micro-USD.',
      middleware: write,
      request: { body: body(CreateBudget) },
      responses: { 201: json(Budget, 'The budget, at `Location`'), ...problems },
    }),
    async (c) => {
      const budget = await createBudget(contextOf(c), c.req.valid('json'))
      return c.json(budget, 201, { location: `/api/v1/budgets/${budget.id}`, etag: tagOf(budget.version) })
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/budgets/{id}',
      tags,
      summary: 'A budget: spent, allowed, its period, its breaker, and by how much it may be passed',
      middleware: read,
      request: { params },
      responses: { 200: json(Budget, 'The budget'), ...problems },
    }),
    async (c) => {
      const budget = await showBudget(contextOf(c), c.req.valid('param').id)
      return c.json(budget, 200, { etag: tagOf(budget.version) })
    },
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/budgets/{id}',
      tags,
      summary: 'Change a budget',
      description:
        'Needs `If-Match` with the ETag of the budget; without it 428, with another one 412 and the present budget. What is left out stays.',
      middleware: write,
      request: { params, body: body(ChangeBudget) },
      responses: { 200: json(Budget, 'The budget'), ...problems },
    }),
    async (c) => {
      const seen = versionSeen(c.req.header('if-match'), 'the budget')
      const budget = await changeBudget(contextOf(c), c.req.valid('param').id, seen, c.req.valid('json'))
      return c.json(budget, 200, { etag: tagOf(budget.version) })
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/budgets/{id}',
      tags,
      summary: 'Remove a budget, and let go what it holds',
      description: 'Needs `If-Match` with the ETag of the budget; without it 428, with another one 412.',
      middleware: write,
      request: { params },
      responses: { 204: { description: 'It is removed' }, ...problems },
    }),
    async (c) => {
      const seen = versionSeen(c.req.header('if-match'), 'the budget')
      await removeBudget(contextOf(c), c.req.valid('param').id, seen)
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/budgets/{id}/override',
      tags,
      summary: 'Let a budget be passed by an amount in its present period',
      description:
        'Always by an approval. `applied` where the caller may decide it alone; else `waiting`, and it takes effect when it is allowed.',
      middleware: can('approvals.request'),
      request: { params, body: body(OverrideBudget) },
      responses: {
        200: json(OverriddenBudget, 'More is allowed now, or it was refused by a rule'),
        202: json(OverriddenBudget, 'Other people have to decide the approval'),
        ...problems,
      },
    }),
    async (c) => {
      const overridden = await overrideBudget(contextOf(c), c.req.valid('param').id, c.req.valid('json'))
      return overridden.state === 'waiting' ? c.json(overridden, 202) : c.json(overridden, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/budgets/{id}/reset',
      tags,
      summary: 'Let go what a used-up budget holds, and count the rest of its period anew',
      description: '409 `conflict` where it is not used up.',
      middleware: write,
      request: { params, body: body(ResetBudget) },
      responses: { 200: json(Budget, 'The budget'), ...problems },
    }),
    async (c) => c.json(await resetBudget(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/budgets/{id}/history',
      tags,
      summary: 'Crossings, overrides and resets of a budget, the newest first',
      middleware: read,
      request: { params, query: PageQuery },
      responses: { 200: json(Page(BudgetHappening), 'A page of what became of it'), ...problems },
    }),
    async (c) => c.json(await budgetHistory(contextOf(c), c.req.valid('param').id, c.req.valid('query')), 200),
  )
