import type { Command } from 'commander'
import { registerBackUp } from './back-up.ts'
import { registerDrill } from './drill.ts'
import { registerList } from './list.ts'
import { registerPull } from './pull.ts'
import { registerPush } from './push.ts'
import { registerRemove } from './remove.ts'
import { registerSchedule } from './schedule.ts'

/** Packages that are stored at ClawButler, and how they come there. */
export function registerStored(artifact: Command): void {
  registerList(artifact)
  registerPush(artifact)
  registerPull(artifact)
  registerRemove(artifact)
  registerBackUp(artifact)
  registerSchedule(artifact)
  registerDrill(artifact)
}
