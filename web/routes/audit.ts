import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { withMessages } from '../i18n/catalogue.ts'
import { texts } from '../search.ts'
import { room } from './base.ts'

export const auditPlaces = [
  createRoute({
    getParentRoute: () => room,
    path: '/audit',
    validateSearch: texts('q', 'agent', 'connector', 'type', 'risk', 'actor', 'target', 'trace', 'from', 'to', 'order'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/audit/table/audit-page.tsx'), 'audit'),
      'AuditPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/$seq',
    component: lazyRouteComponent(
      () => withMessages(import('../features/audit/event/event-page.tsx'), 'audit'),
      'EventPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/integrity',
    component: lazyRouteComponent(
      () => withMessages(import('../features/audit/integrity/integrity-page.tsx'), 'audit'),
      'IntegrityPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/streams',
    component: lazyRouteComponent(
      () => withMessages(import('../features/audit/streams/streams-page.tsx'), 'audit', 'streams'),
      'StreamsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/streams/$id',
    component: lazyRouteComponent(
      () => withMessages(import('../features/audit/streams/stream-page.tsx'), 'audit', 'streams'),
      'StreamPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/traces',
    component: lazyRouteComponent(
      () => withMessages(import('../features/audit/trace/traces-page.tsx'), 'audit'),
      'TracesPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/traces/$traceId',
    component: lazyRouteComponent(
      () => withMessages(import('../features/audit/trace/trace-page.tsx'), 'audit'),
      'TracePage',
    ),
  }),
] as const
