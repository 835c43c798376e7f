import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
  redirect,
} from '@tanstack/react-router'
import { withMessages } from './i18n/catalogue.ts'
import { parseSearch, stringifySearch, texts } from './search.ts'
import { hasSession } from './session/cookie.ts'

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: lazyRouteComponent(() => import('./shell/not-found.tsx'), 'NotFound'),
  errorComponent: lazyRouteComponent(() => import('./shell/crash.tsx'), 'Crash'),
})

const door = createRoute({
  getParentRoute: () => root,
  id: 'door',
  component: lazyRouteComponent(() => import('./shell/door.tsx'), 'Door'),
})
const doors = [
  createRoute({
    getParentRoute: () => door,
    path: '/setup',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('./features/auth/setup-page.tsx'), 'SetupPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/sign-in',
    validateSearch: texts('next', 'error'),
    component: lazyRouteComponent(() => import('./features/auth/sign-in-page.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/register',
    validateSearch: texts('invitation', 'next'),
    component: lazyRouteComponent(() => import('./features/auth/register-page.tsx'), 'RegisterPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/forgot-password',
    component: lazyRouteComponent(() => import('./features/auth/forgot-password-page.tsx'), 'ForgotPasswordPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/reset-password',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('./features/auth/reset-password-page.tsx'), 'ResetPasswordPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/verify-email',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('./features/auth/verify-email-page.tsx'), 'VerifyEmailPage'),
  }),
  createRoute({
    getParentRoute: () => door,
    path: '/device',
    validateSearch: texts('code'),
    component: lazyRouteComponent(() => import('./features/auth/device-page.tsx'), 'DevicePage'),
  }),
] as const

const room = createRoute({
  getParentRoute: () => root,
  id: 'room',
  beforeLoad: ({ location }) => {
    if (!hasSession()) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
  },
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
})
const settings = createRoute({
  getParentRoute: () => room,
  path: '/settings',
  component: lazyRouteComponent(() => import('./shell/settings.tsx'), 'Settings'),
})
const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    component: lazyRouteComponent(() => import('./features/auth/profile-page.tsx'), 'ProfilePage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/profile',
    component: lazyRouteComponent(() => import('./features/auth/profile-page.tsx'), 'ProfilePage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/sessions',
    component: lazyRouteComponent(() => import('./features/auth/sessions-page.tsx'), 'SessionsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/security',
    component: lazyRouteComponent(() => import('./features/auth/security-page.tsx'), 'SecurityPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/api-keys',
    component: lazyRouteComponent(() => import('./features/api-keys/api-keys-page.tsx'), 'ApiKeysPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/members',
    component: lazyRouteComponent(() => import('./features/organizations/members-page.tsx'), 'MembersPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/organization',
    component: lazyRouteComponent(() => import('./features/organizations/organization-page.tsx'), 'OrganizationPage'),
  }),
] as const
const approvals = createRoute({
  getParentRoute: () => room,
  path: '/approvals',
  component: lazyRouteComponent(
    () => withMessages(import('./features/approvals/approvals-room.tsx'), 'approvals'),
    'ApprovalsRoom',
  ),
})
const approvalsPages = [
  createRoute({
    getParentRoute: () => approvals,
    path: '/',
    validateSearch: texts('id', 'all'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/approvals/inbox-page.tsx'), 'approvals'),
      'InboxPage',
    ),
  }),
  createRoute({
    getParentRoute: () => approvals,
    path: '/history',
    validateSearch: texts('id', 'agent', 'risk', 'source', 'outcome'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/approvals/history-page.tsx'), 'approvals'),
      'HistoryPage',
    ),
  }),
  createRoute({
    getParentRoute: () => approvals,
    path: '/rules',
    validateSearch: texts('view', 'rule', 'condition', 'name'),
    component: lazyRouteComponent(() => withMessages(import('./features/rules/rules-page.tsx'), 'rules'), 'RulesPage'),
  }),
  createRoute({
    getParentRoute: () => approvals,
    path: '/grants',
    validateSearch: texts('state', 'agent'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/grants/grants-page.tsx'), 'grants'),
      'GrantsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => approvals,
    path: '/statistics',
    validateSearch: texts('days'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/statistics/statistics-page.tsx'), 'statistics', 'grants'),
      'StatisticsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => approvals,
    path: '/delivery',
    validateSearch: texts('state'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/statistics/delivery-page.tsx'), 'statistics', 'approvals'),
      'DeliveryPage',
    ),
  }),
] as const
const agent = createRoute({
  getParentRoute: () => room,
  path: '/agents/$id',
  component: lazyRouteComponent(
    () => withMessages(import('./features/agents/agent-page.tsx'), 'agents', 'kill', 'snapshots'),
    'AgentPage',
  ),
})
const agentPages = [
  createRoute({
    getParentRoute: () => agent,
    path: '/',
    component: lazyRouteComponent(
      () => withMessages(import('./features/agents/tabs/overview/agent-overview-tab.tsx'), 'agents', 'cost'),
      'AgentOverviewTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/cron',
    component: lazyRouteComponent(
      () => withMessages(import('./features/cron/agent-cron-tab.tsx'), 'agents', 'cron'),
      'AgentCronTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/explainer',
    validateSearch: texts(
      ...(['part', 'tool', 'q', 'outcome', 'step', 'source', 'try', 'kind', 'session', 'channel', 'group'] as const),
      ...(['depth', 'sender', 'as', 'model'] as const),
    ),
    component: lazyRouteComponent(
      () => withMessages(import('./features/explainer/agent-explainer-tab.tsx'), 'agents', 'explainer'),
      'AgentExplainerTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/memory',
    validateSearch: texts('file', 'q'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/memory/agent-memory-tab.tsx'), 'agents', 'memory'),
      'AgentMemoryTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/tools',
    component: lazyRouteComponent(
      () => withMessages(import('./features/agents/tabs/tools/agent-tools-tab.tsx'), 'agents'),
      'AgentToolsTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/skills',
    component: lazyRouteComponent(
      () => withMessages(import('./features/agents/tabs/skills/agent-skills-tab.tsx'), 'agents'),
      'AgentSkillsTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/channels',
    component: lazyRouteComponent(
      () => withMessages(import('./features/agents/tabs/channels/agent-channels-tab.tsx'), 'agents'),
      'AgentChannelsTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/files',
    validateSearch: texts('file'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/agents/tabs/files/agent-files-tab.tsx'), 'agents'),
      'AgentFilesTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/history',
    validateSearch: texts('scope', 'from', 'to', 'version', 'at', 'rollback', 'parts'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/snapshots/history/agent-history-tab.tsx'), 'agents', 'snapshots'),
      'AgentHistoryTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/settings',
    validateSearch: texts('view'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/agents/tabs/settings/agent-settings-tab.tsx'), 'agents'),
      'AgentSettingsTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/health',
    component: lazyRouteComponent(
      () => withMessages(import('./features/health/agent-health-tab.tsx'), 'agents', 'health'),
      'AgentHealthTab',
    ),
  }),
] as const
const rooms = [
  createRoute({
    getParentRoute: () => room,
    path: '/',
    component: lazyRouteComponent(
      () => withMessages(import('./features/dashboard/dashboard-page.tsx'), 'health', 'cost'),
      'DashboardPage',
    ),
  }),
  approvals.addChildren(approvalsPages),
  createRoute({
    getParentRoute: () => room,
    path: '/agents',
    validateSearch: texts('q', 'connector', 'health', 'control', 'group', 'tag', 'owner', 'state', 'sort'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/agents/agents-page.tsx'), 'registry'),
      'AgentsPage',
    ),
  }),
  agent.addChildren(agentPages),
  createRoute({
    getParentRoute: () => room,
    path: '/cron',
    validateSearch: texts('show', 'agent', 'connector', 'query'),
    component: lazyRouteComponent(() => withMessages(import('./features/cron/cron-page.tsx'), 'cron'), 'CronPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/memory',
    validateSearch: texts('q'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/memory/memory-page.tsx'), 'memory'),
      'MemoryPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/drift',
    validateSearch: texts('connector', 'group', 'scope', 'risk'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/snapshots/drift/drift-page.tsx'), 'agents', 'snapshots'),
      'DriftPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/backups',
    validateSearch: texts('connector', 'state', 'intent'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/artifacts/overview/backups-page.tsx'), 'artifacts'),
      'BackupsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/backups/restore',
    validateSearch: texts('artifact'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/artifacts/restore/restore-page.tsx'), 'artifacts'),
      'RestorePage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/backups/$id',
    component: lazyRouteComponent(
      () => withMessages(import('./features/artifacts/artifact/artifact-page.tsx'), 'artifacts'),
      'ArtifactPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/artifacts/open',
    component: lazyRouteComponent(
      () => withMessages(import('./features/artifacts/open/open-page.tsx'), 'artifacts'),
      'OpenPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/cron/$id',
    component: lazyRouteComponent(() => withMessages(import('./features/cron/job-page.tsx'), 'cron'), 'JobPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/explainer/compare',
    validateSearch: texts('one', 'other', 'from', 'to'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/explainer/compare-page.tsx'), 'explainer'),
      'ComparePage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/kill-switch',
    component: lazyRouteComponent(
      () => withMessages(import('./features/kill-switch/pages.ts'), 'kill'),
      'KillSwitchPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/kill-switch/$id',
    component: lazyRouteComponent(() => withMessages(import('./features/kill-switch/pages.ts'), 'kill'), 'OrderPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/cost',
    validateSearch: texts('days', 'from', 'to'),
    component: lazyRouteComponent(() => withMessages(import('./features/cost/cost-page.tsx'), 'cost'), 'CostPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/budgets',
    component: lazyRouteComponent(() => withMessages(import('./features/budgets/pages.ts'), 'cost'), 'BudgetsPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/budgets/$id',
    component: lazyRouteComponent(() => withMessages(import('./features/budgets/pages.ts'), 'cost'), 'BudgetPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/connectors',
    component: lazyRouteComponent(() => import('./features/connectors/connectors-page.tsx'), 'ConnectorsPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/connectors/new',
    component: lazyRouteComponent(
      () => withMessages(import('./features/connectors/new-connector-page.tsx'), 'health'),
      'NewConnectorPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/connectors/$id',
    component: lazyRouteComponent(
      () => withMessages(import('./features/connectors/connector-page.tsx'), 'kill', 'health', 'artifacts'),
      'ConnectorPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/activity',
    validateSearch: texts('agent', 'type', 'risk'),
    component: lazyRouteComponent(() => import('./features/activity/activity-page.tsx'), 'ActivityPage'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit',
    validateSearch: texts('q', 'agent', 'connector', 'type', 'risk', 'actor', 'target', 'trace', 'from', 'to', 'order'),
    component: lazyRouteComponent(
      () => withMessages(import('./features/audit/table/audit-page.tsx'), 'audit'),
      'AuditPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/$seq',
    component: lazyRouteComponent(
      () => withMessages(import('./features/audit/event/event-page.tsx'), 'audit'),
      'EventPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/integrity',
    component: lazyRouteComponent(
      () => withMessages(import('./features/audit/integrity/integrity-page.tsx'), 'audit'),
      'IntegrityPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/streams',
    component: lazyRouteComponent(
      () => withMessages(import('./features/audit/streams/streams-page.tsx'), 'audit', 'streams'),
      'StreamsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/streams/$id',
    component: lazyRouteComponent(
      () => withMessages(import('./features/audit/streams/stream-page.tsx'), 'audit', 'streams'),
      'StreamPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/traces',
    component: lazyRouteComponent(
      () => withMessages(import('./features/audit/trace/traces-page.tsx'), 'audit'),
      'TracesPage',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: '/audit/traces/$traceId',
    component: lazyRouteComponent(
      () => withMessages(import('./features/audit/trace/trace-page.tsx'), 'audit'),
      'TracePage',
    ),
  }),
  settings.addChildren(settingsPages),
] as const

const routeTree = root.addChildren([door.addChildren(doors), room.addChildren(rooms)])

/** The table of contents: every page is a chunk of its own, loaded when its link is pointed at. */
export const createAppRouter = (history?: RouterHistory) =>
  createRouter({
    routeTree,
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
    ...(history ? { history } : {}),
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
