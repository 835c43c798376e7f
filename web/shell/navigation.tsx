import { useQuery } from '@tanstack/react-query'
import {
  Activity,
  Archive,
  Bot,
  CalendarClock,
  Coins,
  FileDiff,
  Gauge,
  Inbox,
  LayoutGrid,
  NotebookText,
  OctagonX,
  Plug,
  ScrollText,
  Settings,
  Workflow,
} from 'lucide-react'
import { useMemo } from 'react'
import { capabilitiesQuery } from '../session/queries.ts'

/** Every place in the sidebar, in its group; `needs` is what one has to be allowed to find anything there. */
const places = [
  { group: 'watch', to: '/', key: 'dashboard', icon: LayoutGrid },
  { group: 'watch', to: '/approvals', key: 'approvals', icon: Inbox },
  { group: 'watch', to: '/activity', key: 'activity', icon: Activity },
  { group: 'assets', to: '/agents', key: 'agents', icon: Bot },
  { group: 'assets', to: '/cron', key: 'cron', icon: CalendarClock },
  { group: 'assets', to: '/connectors', key: 'connectors', icon: Plug },
  { group: 'assets', to: '/memory', key: 'memory', icon: NotebookText, needs: 'memory.read' },
  { group: 'govern', to: '/kill-switch', key: 'killSwitch', icon: OctagonX },
  { group: 'govern', to: '/drift', key: 'drift', icon: FileDiff },
  { group: 'govern', to: '/backups', key: 'backups', icon: Archive, needs: 'artifacts.read' },
  { group: 'govern', to: '/audit', key: 'audit', icon: ScrollText, needs: 'audit.read' },
  { group: 'govern', to: '/audit/traces', key: 'traces', icon: Workflow, needs: 'audit.read' },
  { group: 'insights', to: '/cost', key: 'cost', icon: Coins, needs: 'cost.read' },
  { group: 'insights', to: '/budgets', key: 'budgets', icon: Gauge, needs: 'cost.read' },
  { group: 'manage', to: '/settings', key: 'settings', icon: Settings },
] as const
export type Place = (typeof places)[number]

/** The places that this person has something to find in. */
export const usePlaces = (): readonly Place[] => {
  const capabilities = useQuery(capabilitiesQuery).data?.capabilities
  return useMemo(
    () => places.filter((place) => !('needs' in place) || capabilities?.includes(place.needs)),
    [capabilities],
  )
}

/** Which place a path is in: the one that reaches deepest, so that the traces are not the audit table as well. */
export const placeAt = (path: string): Place | undefined =>
  places
    .filter(({ to }) => (to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`)))
    .toSorted((a, b) => b.to.length - a.to.length)[0]

export const groups = ['watch', 'assets', 'govern', 'insights', 'manage'] as const

export const settingsPlaces = ['profile', 'security', 'sessions', 'api-keys', 'members', 'organization'] as const
