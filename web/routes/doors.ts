import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { texts } from '../search.ts'
import { door } from './base.ts'

export const doors = [
  createRoute({
    getParentRoute: () => door,
    path: '/setup',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('../features/auth/setup-page.tsx'), 'SetupPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/sign-in',
    validateSearch: texts('next', 'error'),
    component: lazyRouteComponent(() => import('../features/auth/sign-in-page.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/register',
    validateSearch: texts('invitation', 'next'),
    component: lazyRouteComponent(() => import('../features/auth/register-page.tsx'), 'RegisterPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/forgot-password',
    component: lazyRouteComponent(() => import('../features/auth/forgot-password-page.tsx'), 'ForgotPasswordPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/reset-password',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('../features/auth/reset-password-page.tsx'), 'ResetPasswordPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/verify-email',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('../features/auth/verify-email-page.tsx'), 'VerifyEmailPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/device',
    validateSearch: texts('code'),
    component: lazyRouteComponent(() => import('../features/auth/device-page.tsx'), 'DevicePage'),
  }),
] as const
