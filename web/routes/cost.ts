import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { withMessages } from '../i18n/catalogue.ts'
import { texts } from '../search.ts'
import { room } from './base.ts'

export const costPlaces = [
  createRoute({
    getParentRoute: () => room,
    path: '/cost',
    validateSearch: texts('days', 'from', 'to'),
    component: lazyRouteComponent(() => withMessages(import('../features/cost/cost-page.tsx'), 'cost'), 'CostPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/budgets',
    component: lazyRouteComponent(() => withMessages(import('../features/budgets/pages.ts'), 'cost'), 'BudgetsPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/budgets/$id',
    component: lazyRouteComponent(() => withMessages(import('../features/budgets/pages.ts'), 'cost'), 'BudgetPage'),
  }),
] as const
