import { z } from 'zod'
import { isManaged } from '../../gateway/management/cron.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { isTree, type Tree } from '../../plugin/merge-patch.ts'

const Row = z.looseObject({
  id: z.string(),
  name: z.string().catch(''),
  agentId: z.string().nullish(),
  declarationKey: z.string().nullish(),
  configRevision: z.string().nullish(),
})
const Page = z.object({
  jobs: z.array(Row),
  hasMore: z.boolean().catch(false),
  nextOffset: z.number().int().positive().nullish().catch(null),
})

/** A job of the gateway: the key by which it is found again, and what it does. */
export interface Job {
  key: string
  id: string
  revision: string | null
  definition: Tree
}

const pageSize = 200
const pagesMax = 50
/** What a person says of a job; all else the gateway makes of it or notes about it. */
const said = [
  'name',
  'description',
  'agentId',
  'enabled',
  'deleteAfterRun',
  'schedule',
  'sessionTarget',
  'wakeMode',
  'payload',
  'delivery',
  'failureAlert',
]

/**
 * The jobs that people made, those that are switched off too. What the gateway declared for itself it declares again, so
 * it is no part of this. A job is known by its agent and its name; a second one of that name by its number.
 */
export async function readJobs(session: GatewaySession): Promise<Job[]> {
  const rows: z.infer<typeof Row>[] = []
  let offset: number | null = 0
  for (let page = 0; offset !== null && page < pagesMax; page++) {
    const params = { includeDisabled: true, limit: pageSize, ...(offset > 0 ? { offset } : {}) }
    const answer: z.infer<typeof Page> = await session.call('cron.list', params, Page, 60_000)
    rows.push(...answer.jobs)
    offset = answer.hasMore ? (answer.nextOffset ?? null) : null
  }
  const seen = new Map<string, number>()
  return rows
    .filter((row) => !isManaged({ declarationKey: row.declarationKey ?? null }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : a.id < b.id ? -1 : 1))
    .map((row) => {
      const times = (seen.get(keyOf(row)) ?? 0) + 1
      seen.set(keyOf(row), times)
      const key = times === 1 ? keyOf(row) : `${keyOf(row)}#${times}`
      return { key, id: row.id, revision: row.configRevision ?? null, definition: definitionOf(row) }
    })
}

const keyOf = ({ agentId, name }: z.infer<typeof Row>): string => `${agentId ?? ''}/${name}`

function definitionOf(row: Tree): Tree {
  const kept = Object.fromEntries(said.flatMap((name) => (row[name] == null ? [] : [[name, row[name]]])))
  // Where an interval began is the gateway's: it counts from when the job is made.
  if (isTree(kept.schedule)) {
    const { anchorMs: _, ...schedule } = kept.schedule
    kept.schedule = schedule
  }
  return kept
}

export const jobsTree = (jobs: readonly Job[]): Tree =>
  Object.fromEntries(jobs.map(({ key, definition }) => [key, definition]))
