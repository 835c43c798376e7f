import { createRouter, type RouterHistory } from '@tanstack/react-router'
import { parseSearch, stringifySearch } from '../search.ts'
import { agentPlaces } from './agents.ts'
import { approvalsPlace } from './approvals.ts'
import { assets } from './assets.ts'
import { auditPlaces } from './audit.ts'
import { door, room, root } from './base.ts'
import { costPlaces } from './cost.ts'
import { doors } from './doors.ts'
import { governance } from './governance.ts'
import { settingsPlace } from './settings.ts'
import { watch } from './watch.ts'

const rooms = [
  ...watch,
  approvalsPlace,
  ...agentPlaces,
  ...assets,
  ...governance,
  ...costPlaces,
  ...auditPlaces,
  settingsPlace,
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
