import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import { ArtifactDrill } from '../../../../worker/features/artifacts/drills/contract.ts'
import { Session } from '../../../api/session.ts'
import { Failure } from '../../../output/failure.ts'
import { type JsonOption, showOne, withJson } from '../../json-option.ts'
import { count } from '../../pages.ts'

const pollMs = 1_000
const waitSeconds = 120

export function registerDrill(artifact: Command): void {
  const drill = artifact
    .command('drill')
    .description('have its connector open a stored package and check all of it')
    .argument('<id>', 'its id (art_…)')
    .option('--wait <seconds>', 'how long to wait for the result', count, waitSeconds)
  withJson(drill).action(async (id: string, { wait, ...options }: JsonOption & { wait: number }) => {
    const session = await Session.open(process.env)
    const until = Date.now() + wait * 1_000
    let found = await session.post(`/artifacts/${encodeURIComponent(id)}/drills`, ArtifactDrill)
    while (found.state === 'ordered' && Date.now() < until) {
      await pause(pollMs)
      found = await session.get(`/artifact-drills/${found.id}`, ArtifactDrill)
    }
    const { state, entries, bytes, durationMs, detail } = found
    showOne(options, found, { drill: found.id, state, entries, bytes, ms: durationMs, detail })
    if (state === 'ordered') throw new Failure('Nobody has answered yet.')
    if (state !== 'passed') throw new Failure('It could not be proven that this package can be restored.')
  })
}
