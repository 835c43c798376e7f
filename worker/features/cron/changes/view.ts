import type { OrganizationContext } from '../../../platform/context.ts'
import { iso, isoOrNull } from '../../../platform/time.ts'
import type { CronChange } from '../contract.ts'
import { versionOf } from '../jobs/view.ts'
import type { ChangeRow, JobRow } from '../schema.ts'
import { mineOf, wantedOf } from './sealed.ts'
import { getChange, jobRowsById } from './store.ts'

export const viewChanges = async (ctx: OrganizationContext, rows: ChangeRow[]): Promise<CronChange[]> => {
  const ids = rows.flatMap(({ jobId }) => (jobId === null ? [] : [jobId]))
  const jobs = new Map((ids.length > 0 ? await jobRowsById(ctx, ids) : []).map((job) => [job.id, job]))
  return rows.map((row) => viewChange(ctx, row, jobs.get(row.jobId ?? '')))
}

export const showChange = async (ctx: OrganizationContext, id: string): Promise<CronChange> => {
  const row = await getChange(ctx, id)
  const [job] = row.jobId === null ? [] : await jobRowsById(ctx, [row.jobId])
  return viewChange(ctx, row, job)
}

const viewChange = (ctx: OrganizationContext, row: ChangeRow, job: JobRow | undefined): CronChange => {
  const wanted = wantedOf(ctx, row)
  const present = job?.state === 'present' ? job : undefined
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    connectorId: row.connectorId,
    agentId: row.agentId,
    jobId: row.jobId,
    jobName: row.jobName,
    patch: wanted.patch,
    mine: mineOf(row.kind, wanted),
    theirs: present ? versionOf(ctx, present) : null,
    theirRevision: present?.revision ?? null,
    baseRevision: row.baseRevision,
    merged: row.merged,
    orderedBy: { id: row.orderedById, name: row.orderedByName },
    orderedAt: iso(row.orderedAt),
    expiresAt: iso(row.expiresAt),
    endedAt: isoOrNull(row.endedAt),
    failure: row.failure,
    detail: row.detail,
    reference: row.reference,
  }
}
