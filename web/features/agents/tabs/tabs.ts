/**
 * The tabs of an agent's page, in their order: overview, tools, skills, channels, files, cron, explainer, memory, health,
 * history, settings. A tab is an entry here, a lazy route among `agentPages` in `web/routes/agents.ts`, and its name under
 * `agent.tabs` in the part `agents` of the catalogue. Inside, `useAgent()` answers the agent.
 */
export const agentTabs = [
  { key: 'overview', to: '/agents/$id' },
  { key: 'tools', to: '/agents/$id/tools' },
  { key: 'skills', to: '/agents/$id/skills' },
  { key: 'channels', to: '/agents/$id/channels' },
  { key: 'files', to: '/agents/$id/files' },
  { key: 'cron', to: '/agents/$id/cron' },
  { key: 'explainer', to: '/agents/$id/explainer' },
  { key: 'memory', to: '/agents/$id/memory' },
  { key: 'health', to: '/agents/$id/health' },
  { key: 'history', to: '/agents/$id/history' },
  { key: 'settings', to: '/agents/$id/settings' },
] as const
