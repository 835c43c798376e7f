import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { withMessages } from '../i18n/catalogue.ts'
import { texts } from '../search.ts'
import { room } from './base.ts'

const approvals = createRoute({
  getParentRoute: () => room,
  path: '/approvals',
  component: lazyRouteComponent(
    () => withMessages(import('../features/approvals/approvals-room.tsx'), 'approvals'),
    'ApprovalsRoom',
  ),
})
const approvalsPages = [
  createRoute({
    getParentRoute: () => approvals,
    path: '/',
    validateSearch: texts('id', 'all'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/approvals/inbox-page.tsx'), 'approvals'),
      'InboxPage',
    ),
  }),
  createRoute({
    getParentRoute: () => approvals,
    path: '/history',
    validateSearch: texts('id', 'agent', 'risk', 'source', 'outcome'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/approvals/history-page.tsx'), 'approvals'),
      'HistoryPage',
    ),
  }),
  createRoute({
    getParentRoute: () => approvals,
    path: '/rules',
    validateSearch: texts('view', 'rule', 'condition', 'name'),
    component: lazyRouteComponent(() => withMessages(import('../features/rules/rules-page.tsx'), 'rules'), 'RulesPage'),
  }),
  createRoute({
    getParentRoute: () => approvals,
    path: '/grants',
    validateSearch: texts('state', 'agent'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/grants/grants-page.tsx'), 'grants'),
      'GrantsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => approvals,
    path: '/statistics',
    validateSearch: texts('days'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/statistics/statistics-page.tsx'), 'statistics', 'grants'),
      'StatisticsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => approvals,
    path: '/delivery',
    validateSearch: texts('state'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/statistics/delivery-page.tsx'), 'statistics', 'approvals'),
      'DeliveryPage',
    ),
  }),
] as const

export const approvalsPlace = approvals.addChildren(approvalsPages)
