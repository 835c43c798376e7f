import canonicalize from 'canonicalize'
import { z } from 'zod'
import { GatewayRequestFailed } from '../../gateway/refusal.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { isTree, type Tree } from '../../plugin/merge-patch.ts'
import { type Job, readJobs } from '../collect/jobs.ts'

/** Jobs as they are wanted, by their keys. What the gateway declared itself is not among them and stays. */
export async function writeJobs(session: GatewaySession, wanted: Tree): Promise<number> {
  const now = new Map((await readJobs(session)).map((job) => [job.key, job]))
  let written = 0
  for (const [key, definition] of Object.entries(wanted)) {
    if (!isTree(definition)) continue
    const job = now.get(key)
    if (job && canonicalize(job.definition) === canonicalize(definition)) continue
    // Between the two a kill leaves none; whoever goes on finds none and adds it.
    if (job && loses(job.definition, definition)) await remove(session, job)
    else if (job) {
      await update(session, job, definition)
      written++
      continue
    }
    await session.call('cron.add', definition, z.unknown(), 60_000)
    written++
  }
  for (const [key, job] of now) {
    if (Object.hasOwn(wanted, key)) continue
    await remove(session, job)
    written++
  }
  return written
}

async function update(session: GatewaySession, { id, revision }: Job, definition: Tree): Promise<void> {
  const params = { id, patch: definition, ...(revision === null ? {} : { expectedConfigRevision: revision }) }
  await session.call('cron.update', params, z.unknown(), 60_000)
}

/** One that is gone already needs no removal. */
async function remove(session: GatewaySession, { id }: Job): Promise<void> {
  try {
    await session.call('cron.remove', { id }, z.unknown(), 60_000)
  } catch (error) {
    if (!(error instanceof GatewayRequestFailed && error.reason === 'CRON_JOB_NOT_FOUND')) throw error
  }
}

/** An update adds and overrides; what is to be gone goes with the whole job only. */
function loses(before: unknown, after: unknown): boolean {
  if (!isTree(before)) return false
  if (!isTree(after)) return true
  return Object.entries(before).some(([name, value]) => !Object.hasOwn(after, name) || loses(value, after[name]))
}
