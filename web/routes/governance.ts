import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { withMessages } from '../i18n/catalogue.ts'
import { texts } from '../search.ts'
import { room } from './base.ts'

export const governance = [
  createRoute({
    getParentRoute: () => room,
    path: '/kill-switch',
    component: lazyRouteComponent(
      () => withMessages(import('../features/kill-switch/pages.ts'), 'kill'),
      'KillSwitchPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/kill-switch/$id',
    component: lazyRouteComponent(() => withMessages(import('../features/kill-switch/pages.ts'), 'kill'), 'OrderPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/drift',
    validateSearch: texts('connector', 'group', 'scope', 'risk'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/snapshots/drift/drift-page.tsx'), 'agents', 'snapshots'),
      'DriftPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/backups',
    validateSearch: texts('connector', 'state', 'intent'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/artifacts/overview/backups-page.tsx'), 'artifacts'),
      'BackupsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/backups/restore',
    validateSearch: texts('artifact'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/artifacts/restore/restore-page.tsx'), 'artifacts'),
      'RestorePage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/backups/$id',
    component: lazyRouteComponent(
      () => withMessages(import('../features/artifacts/artifact/artifact-page.tsx'), 'artifacts'),
      'ArtifactPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/artifacts/open',
    component: lazyRouteComponent(
      () => withMessages(import('../features/artifacts/open/open-page.tsx'), 'artifacts'),
      'OpenPage',
    ),
  }),
] as const
