import { setTimeout as wait } from 'node:timers/promises'
import {
  type ReportRestore,
  type RequestRestore,
  Restore,
  type RestoreStep,
  summaryLinesMax,
  wroteMax,
} from '../../../worker/features/artifacts/restores/contract.ts'
import { Connector } from '../../../worker/features/connectors/contract.ts'
import { Refused } from '../../api/request.ts'
import { Session } from '../../api/session.ts'
import { listUpTo } from '../../commands/pages.ts'
import { Failure, usage } from '../../output/failure.ts'
import { type Announced, storePackage } from '../store-package.ts'
import type { Restored } from './restore.ts'
import type { Wrote } from './wrote.ts'

const lookEveryMs = 3_000
const connectorsMax = 200
const [lineMax, detailMax, differencesMax] = [300, 1_000, 200]

/** A restore in ClawButler's record: announced before anything is done, allowed where it is critical, told when it ends. */
export class Recording {
  readonly #session: Session
  readonly #connectorId: string

  private constructor(session: Session, connectorId: string) {
    this.#session = session
    this.#connectorId = connectorId
  }

  /** As whoever is signed in; `named`: the connector of this gateway, by name or id, if there is more than one. */
  static async open(env: NodeJS.ProcessEnv, named: string | null): Promise<Recording> {
    const session = await Session.open(env).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error
      throw new Failure(`${error.message} With --offline it is neither recorded nor approved.`, error.exitCode)
    })
    const all = await listUpTo(session, '/connectors', Connector, {}, connectorsMax)
    const found = named === null ? all : all.filter(({ id, name }) => id === named || name === named)
    const [first] = found
    if (!first)
      throw usage(named === null ? 'There is no connector in this organization.' : `There is no connector ${named}.`)
    if (found.length > 1)
      throw usage(`Which connector is it? Give --connector: ${found.map(({ id }) => id).join(', ')}`)
    return new Recording(session, first.id)
  }

  /** Answers the restore when it may begin. While it waits for an approval, looks again until `waitSeconds` are over. */
  async announce(plan: RequestRestore, waitSeconds: number, onWaiting: (approvalId: string) => void): Promise<Restore> {
    const body = { ...plan, summary: plan.summary.slice(0, summaryLinesMax).map((line) => line.slice(0, lineMax)) }
    const deadline = Date.now() + waitSeconds * 1_000
    let isTold = false
    for (;;) {
      const restore = await this.#session.post(`/connectors/${this.#connectorId}/restores`, Restore, body)
      if (restore.state !== 'waiting') return restore
      const approval = restore.approvalId ?? ''
      if (!isTold) onWaiting(approval)
      isTold = true
      if (Date.now() >= deadline)
        throw new Failure(
          `It waits for approval ${approval}. When that is given, run the same command again. Nothing was changed.`,
        )
      await wait(lookEveryMs)
    }
  }

  /** Whether one that was begun goes on under its own id: it is still under way, or failed a short while ago. */
  async goesOn(id: string, checkpointId: string | null): Promise<boolean> {
    const { state } = await this.#session.get(`/restores/${id}`, Restore)
    if (state !== 'failed') return state === 'approved' || state === 'started'
    try {
      await this.started(id, checkpointId)
      return true
    } catch (error) {
      if (error instanceof Refused && error.code === 'conflict') return false
      throw error
    }
  }

  /** Stores the checkpoint at ClawButler, encrypted as it is; answers its id there. */
  async keep(file: string, announced: Omit<Announced, 'cause'>): Promise<string> {
    const { id } = await storePackage(this.#session, this.#connectorId, file, { ...announced, cause: 'checkpoint' })
    return id
  }

  /** `checkpointId`: what was there before, as it is stored; null where it is on this machine only. */
  async started(id: string, checkpointId: string | null): Promise<void> {
    await this.#report(id, { state: 'started', checkpointId })
  }

  async at(id: string, step: RestoreStep): Promise<void> {
    await this.#report(id, { state: 'progress', step })
  }

  /** What it wrote, in as many reports as that takes. */
  async wrote(id: string, { settings, files }: Wrote): Promise<void> {
    for (let from = 0; from < Math.max(settings.length, files.length); from += wroteMax)
      await this.#report(id, {
        state: 'wrote',
        settings: settings.slice(from, from + wroteMax),
        files: files.slice(from, from + wroteMax),
      })
  }

  async ended(id: string, { outcome, differences, files, jobs, created, deleted }: Restored): Promise<void> {
    await this.#report(id, {
      state: 'finished',
      verified: outcome === 'restored',
      applied: files.written + files.removed + jobs + created.length + deleted.length,
      differences: differences
        .slice(0, differencesMax)
        .map(({ path, reason }) => `${path}: ${reason}`.slice(0, lineMax)),
    })
  }

  async failed(id: string, detail: string): Promise<void> {
    await this.#report(id, { state: 'failed', applied: 0, detail: detail.slice(0, detailMax) || 'It failed.' })
  }

  async #report(id: string, report: ReportRestore): Promise<void> {
    await this.#session.post(`/connectors/${this.#connectorId}/restores/${id}/report`, Restore, report)
  }
}
