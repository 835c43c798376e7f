import { createRootRoute, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import { hasSession } from '../session/cookie.ts'

export const root = createRootRoute({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(() => import('../shell/not-found.tsx'), 'NotFound'),
  errorComponent: lazyRouteComponent(() => import('../shell/crash.tsx'), 'Crash'),
})

/** Where nobody is signed in yet. */
export const door = createRoute({
  getParentRoute: () => root,
  id: 'door',
  component: lazyRouteComponent(() => import('../shell/door.tsx'), 'Door'),
})

/** Where one has to be signed in. */
export const room = createRoute({
  getParentRoute: () => root,
  id: 'room',
  beforeLoad: ({ location }) => {
    if (!hasSession()) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
  },
  component: lazyRouteComponent(() => import('../shell/shell.tsx'), 'Shell'),
})
