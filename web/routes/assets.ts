import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { withMessages } from '../i18n/catalogue.ts'
import { texts } from '../search.ts'
import { room } from './base.ts'

export const assets = [
  createRoute({
    getParentRoute: () => room,
    path: '/connectors',
    component: lazyRouteComponent(() => import('../features/connectors/connectors-page.tsx'), 'ConnectorsPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/connectors/new',
    component: lazyRouteComponent(
      () => withMessages(import('../features/connectors/new-connector-page.tsx'), 'health'),
      'NewConnectorPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/connectors/$id',
    component: lazyRouteComponent(
      () => withMessages(import('../features/connectors/connector-page.tsx'), 'kill', 'health', 'artifacts'),
      'ConnectorPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/cron',
    validateSearch: texts('show', 'agent', 'connector', 'query'),
    component: lazyRouteComponent(() => withMessages(import('../features/cron/cron-page.tsx'), 'cron'), 'CronPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/cron/$id',
    component: lazyRouteComponent(() => withMessages(import('../features/cron/job-page.tsx'), 'cron'), 'JobPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/memory',
    validateSearch: texts('q'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/memory/memory-page.tsx'), 'memory'),
      'MemoryPage',
    ),
  }),
] as const
