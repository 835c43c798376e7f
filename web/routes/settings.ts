import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { room } from './base.ts'

const settings = createRoute({
  getParentRoute: () => room,
  path: '/settings',
  component: lazyRouteComponent(() => import('../shell/settings.tsx'), 'Settings'),
})
const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    component: lazyRouteComponent(() => import('../features/auth/profile-page.tsx'), 'ProfilePage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/profile',
    component: lazyRouteComponent(() => import('../features/auth/profile-page.tsx'), 'ProfilePage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/sessions',
    component: lazyRouteComponent(() => import('../features/auth/sessions-page.tsx'), 'SessionsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/security',
    component: lazyRouteComponent(() => import('../features/auth/security-page.tsx'), 'SecurityPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/api-keys',
    component: lazyRouteComponent(() => import('../features/api-keys/api-keys-page.tsx'), 'ApiKeysPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/members',
    component: lazyRouteComponent(() => import('../features/organizations/members-page.tsx'), 'MembersPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/organization',
    component: lazyRouteComponent(() => import('../features/organizations/organization-page.tsx'), 'OrganizationPage'),
  }),
] as const

export const settingsPlace = settings.addChildren(settingsPages)
