import type { PackageLock } from '../../../cbpkg/key.ts'
import { type RestoreStep, restoreSteps } from '../../../worker/features/artifacts/restores/contract.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { isTree } from '../../plugin/merge-patch.ts'
import { type GatewayNow, readGateway } from '../collect/read-gateway.ts'
import { changesOf } from '../plan/changes.ts'
import { planFiles } from '../plan/files.ts'
import type { Fill } from '../plan/fill.ts'
import type { OpenedPackage } from '../plan/opened.ts'
import { extraAgents, isChosen, type Scope, wantedContent, wants } from '../plan/wanted.ts'
import { createAgents, deleteAgents } from './change-agents.ts'
import { writeApprovalRules, writeConfiguration } from './change-configuration.ts'
import { type FilesWritten, makeWorkspace, writeFiles } from './change-files.ts'
import { writeJobs } from './change-jobs.ts'
import { makeCheckpoint } from './checkpoint.ts'
import type { RestoreJournal } from './journal.ts'
import type { GatewayLine } from './line.ts'
import { filesToWrite, settingsWritten, type Wrote } from './wrote.ts'

export interface RestoreInput {
  line: GatewayLine
  journal: RestoreJournal
  held: OpenedPackage
  scope: Scope
  fill: Fill
  /** The key of the checkpoint, or the passphrase that it is made of. */
  checkpointLock: string | PackageLock
  /** Hears of each step before it begins; what it throws ends the restore. */
  tell: (step: RestoreStep) => Promise<void>
  /** Hears what is written, by digests. */
  wrote: (wrote: Wrote) => Promise<void>
}

export interface Difference {
  /** Section or file, and the place in it. */
  path: string
  reason: string
}

export interface Restored {
  outcome: 'restored' | 'differs'
  /** What the gateway was before, as a package. */
  checkpoint: string
  created: string[]
  deleted: string[]
  jobs: number
  files: FilesWritten
  /** Where the gateway is not what the package says, read again when all was written. */
  differences: Difference[]
}

/**
 * Makes the gateway what the package says. Each step is noted on disk before it begins, looks at what is there, and writes
 * only what is not so yet: after a kill, a lost connection or a restart of the gateway it is done again from the beginning.
 * Before anything is changed, all that is there is packed into a checkpoint.
 */
export async function restore(input: RestoreInput): Promise<Restored> {
  const { line, journal, held, scope } = input
  const result: Restored = {
    outcome: 'restored',
    checkpoint: journal.begun.checkpoint,
    created: [],
    deleted: [],
    jobs: 0,
    files: { written: 0, removed: 0, left: [] },
    differences: [],
  }
  const wantedFrom = ({ content }: GatewayNow) => wantedContent(content, held.content, scope)
  const carryOut: Record<RestoreStep, (session: GatewaySession) => Promise<void>> = {
    checkpoint: (session) => makeCheckpoint(session, journal.begun.checkpoint, input.checkpointLock),
    agents: async (session) => {
      const chosen = [...held.content.agents.keys()].filter((id) => isChosen(scope, id))
      const { content } = await readGateway(session)
      result.created.push(...(await createAgents(session, content.agents, held.content.agents, chosen)))
    },
    removals: async (session) => {
      const extra = extraAgents((await readGateway(session)).content, held.content, scope)
      await deleteAgents(session, extra)
      result.deleted.push(...extra)
    },
    configuration: async (session) => {
      await writeConfiguration(session, wantedFrom, async (before, after) =>
        input.wrote({ settings: settingsWritten(before, after, line.known), files: [] }),
      )
    },
    approval_rules: async (session) => {
      await writeApprovalRules(session, wantedFrom)
    },
    files: async (session) => {
      if (!wants(scope, 'workspace_files')) return
      const { agents } = await readGateway(session)
      for (const { id, workspace } of agents) if (held.files.has(id)) await makeWorkspace(session, workspace)
      const plans = await planFiles(session, agents, held, scope, journal.begun.workspaces)
      await input.wrote({ settings: [], files: await filesToWrite(session, plans, held) })
      result.files = await writeFiles(session, plans, held, input.fill)
    },
    cron: async (session) => {
      const { jobs } = wantedFrom(await readGateway(session)).global.cron ?? {}
      result.jobs = await writeJobs(session, isTree(jobs) ? jobs : {})
    },
    verify: async (session) => {
      result.differences = await differencesOf(session, input, result.files.left)
    },
  }
  for (const step of restoreSteps) {
    // What was there before can only be packed before anything is changed.
    if (step === 'checkpoint' && journal.isDone(step)) continue
    await input.tell(step)
    await journal.step(step, () => line.use(carryOut[step]))
  }
  result.outcome = result.differences.length === 0 ? 'restored' : 'differs'
  await journal.end(result.outcome)
  return result
}

/** Everything read again: what would have to be changed still is not what was wanted. */
async function differencesOf(
  session: GatewaySession,
  { held, scope, journal }: RestoreInput,
  left: readonly Difference[],
): Promise<Difference[]> {
  const now = await readGateway(session)
  const wanted = wantedContent(now.content, held.content, scope)
  const files = await planFiles(session, now.agents, held, scope, journal.begun.workspaces)
  const told = new Set(left.map(({ path }) => path))
  const changes = changesOf(now.content, wanted, files).map(({ section, agent, path, kind }) => ({
    path: `${agent === null ? '' : `agents/${agent}/`}${section === 'workspace_files' ? 'workspace/' : `${section}.`}${path}`,
    reason: kind === 'added' ? 'it is not there' : kind === 'removed' ? 'it is there still' : 'it is another',
  }))
  const extra = extraAgents(now.content, held.content, scope).map((id) => ({
    path: `agents/${id}`,
    reason: 'it is there still',
  }))
  const missing = [...held.content.agents.keys()]
    .filter((id) => isChosen(scope, id) && !now.content.agents.has(id))
    .map((id) => ({ path: `agents/${id}`, reason: 'it is not there' }))
  return [...left, ...extra, ...missing, ...changes.filter(({ path }) => !told.has(path))]
}
