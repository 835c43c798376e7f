import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import { Artifact } from '../../../../worker/features/artifacts/contract.ts'
import { Session } from '../../../api/session.ts'
import { Failure } from '../../../output/failure.ts'
import { type JsonOption, showOne, withJson } from '../../json-option.ts'
import { count } from '../../pages.ts'
import { connectorNamed } from './connector-named.ts'

const pollMs = 1_000
const waitSeconds = 300
type Options = JsonOption & { wait: number; connector?: string }

export function registerBackUp(artifact: Command): void {
  const backUp = artifact
    .command('back-up')
    .description('have a connector save its gateway now, under the passphrase on its own machine')
    .option('--connector <name>', 'which one, by name or id')
    .option('--wait <seconds>', 'how long to wait until it is stored', count, waitSeconds)
  withJson(backUp).action(async ({ wait, connector, ...options }: Options) => {
    const session = await Session.open(process.env)
    const { id: connectorId } = await connectorNamed(session, connector)
    const until = Date.now() + wait * 1_000
    let made = await session.post(`/connectors/${connectorId}/backups`, Artifact)
    while ((made.state === 'ordered' || made.state === 'uploading') && Date.now() < until) {
      await pause(pollMs)
      made = await session.get(`/artifacts/${made.id}`, Artifact)
    }
    const { id, state, size, agents, missing, detail } = made
    showOne(options, made, { artifact: id, state, bytes: size, agents, 'not inside': missing, detail })
    if (state !== 'stored') throw new Failure(detail ?? 'It is not stored yet.')
  })
}
