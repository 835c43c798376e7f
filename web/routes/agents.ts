import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { withMessages } from '../i18n/catalogue.ts'
import { texts } from '../search.ts'
import { room } from './base.ts'

const agent = createRoute({
  getParentRoute: () => room,
  path: '/agents/$id',
  component: lazyRouteComponent(
    () => withMessages(import('../features/agents/agent-page.tsx'), 'agents', 'kill', 'snapshots'),
    'AgentPage',
  ),
})
const agentPages = [
  createRoute({
    getParentRoute: () => agent,
    path: '/',
    component: lazyRouteComponent(
      () => withMessages(import('../features/agents/tabs/overview/agent-overview-tab.tsx'), 'agents', 'cost'),
      'AgentOverviewTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/cron',
    component: lazyRouteComponent(
      () => withMessages(import('../features/cron/agent-cron-tab.tsx'), 'agents', 'cron'),
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
      () => withMessages(import('../features/explainer/agent-explainer-tab.tsx'), 'agents', 'explainer'),
      'AgentExplainerTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/memory',
    validateSearch: texts('file', 'q'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/memory/agent-memory-tab.tsx'), 'agents', 'memory'),
      'AgentMemoryTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/tools',
    component: lazyRouteComponent(
      () => withMessages(import('../features/agents/tabs/tools/agent-tools-tab.tsx'), 'agents'),
      'AgentToolsTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/skills',
    component: lazyRouteComponent(
      () => withMessages(import('../features/agents/tabs/skills/agent-skills-tab.tsx'), 'agents'),
      'AgentSkillsTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/channels',
    component: lazyRouteComponent(
      () => withMessages(import('../features/agents/tabs/channels/agent-channels-tab.tsx'), 'agents'),
      'AgentChannelsTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/files',
    validateSearch: texts('file'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/agents/tabs/files/agent-files-tab.tsx'), 'agents'),
      'AgentFilesTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/history',
    validateSearch: texts('scope', 'from', 'to', 'version', 'at', 'rollback', 'parts'),
    component: lazyRouteComponent(
      () =>
        withMessages(
          import('../features/snapshots/history/agent-history-tab.tsx'),
          'explainer',
          'agents',
          'snapshots',
          'cost',
        ),
      'AgentHistoryTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/settings',
    validateSearch: texts('view'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/agents/tabs/settings/agent-settings-tab.tsx'), 'agents'),
      'AgentSettingsTab',
    ),
  }),
  createRoute({
    getParentRoute: () => agent,
    path: '/health',
    component: lazyRouteComponent(
      () => withMessages(import('../features/health/agent-health-tab.tsx'), 'agents', 'health'),
      'AgentHealthTab',
    ),
  }),
] as const

export const agentPlaces = [
  createRoute({
    getParentRoute: () => room,
    path: '/agents',
    validateSearch: texts('q', 'connector', 'health', 'control', 'group', 'tag', 'owner', 'state', 'sort'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/agents/agents-page.tsx'), 'registry'),
      'AgentsPage',
    ),
  }),
  agent.addChildren(agentPages),
  createRoute({
    getParentRoute: () => room,
    path: '/explainer/compare',
    validateSearch: texts('one', 'other', 'from', 'to'),
    component: lazyRouteComponent(
      () => withMessages(import('../features/explainer/compare-page.tsx'), 'explainer'),
      'ComparePage',
    ),
  }),
] as const
