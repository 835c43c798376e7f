import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { withMessages } from '../i18n/catalogue.ts'
import { texts } from '../search.ts'
import { room } from './base.ts'

export const watch = [
  createRoute({
    getParentRoute: () => room,
    path: '/',
    component: lazyRouteComponent(
      () => withMessages(import('../features/dashboard/dashboard-page.tsx'), 'health', 'cost'),
      'DashboardPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/activity',
    validateSearch: texts('agent', 'type', 'risk'),
    component: lazyRouteComponent(() => import('../features/activity/activity-page.tsx'), 'ActivityPage'),
  }),
] as const
