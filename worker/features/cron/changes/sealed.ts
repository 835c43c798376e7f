import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { sealNow, unsealNow } from '../../../platform/seal.ts'
import { CronPatch } from '../../connectors/link/changes/contract.ts'
import { JobVersion } from '../contract.ts'
import type { ChangeRow } from '../schema.ts'

/** What a change says, and what the job was when it was said. */
const Wanted = z.object({ patch: CronPatch, before: JobVersion.nullable() })
export type Wanted = z.infer<typeof Wanted>

const purposeOf = (id: string): string => `cron-change:${id}`

export const sealWanted = (ctx: OrganizationContext, id: string, wanted: Wanted): string =>
  sealNow(ctx.config, purposeOf(id), JSON.stringify(wanted))

export const wantedOf = (ctx: OrganizationContext, { id, sealed }: ChangeRow): Wanted =>
  Wanted.parse(JSON.parse(unsealNow(ctx.config, purposeOf(id), sealed)))

/** The job as the change wants it; null where it wants none. */
export const mineOf = (kind: ChangeRow['kind'], { patch, before }: Wanted): JobVersion | null => {
  if (kind === 'remove' || kind === 'run') return null
  const { name = before?.name, schedule = before?.schedule, message = before?.message ?? null } = patch
  if (name === undefined || schedule === undefined) return null
  return { name, schedule, message, isEnabled: patch.isEnabled ?? before?.isEnabled ?? true }
}
