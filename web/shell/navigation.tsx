import { Activity, Bot, Inbox, LayoutGrid, Plug, Settings } from 'lucide-react'

/** Every place in the sidebar, in its group. */
export const places = [
  { group: 'watch', to: '/', key: 'dashboard', icon: LayoutGrid },
  { group: 'watch', to: '/approvals', key: 'approvals', icon: Inbox },
  { group: 'watch', to: '/activity', key: 'activity', icon: Activity },
  { group: 'assets', to: '/agents', key: 'agents', icon: Bot },
  { group: 'assets', to: '/connectors', key: 'connectors', icon: Plug },
  { group: 'manage', to: '/settings', key: 'settings', icon: Settings },
] as const
export const groups = ['watch', 'assets', 'manage'] as const

export const settingsPlaces = ['profile', 'security', 'sessions', 'api-keys', 'members', 'organization'] as const
