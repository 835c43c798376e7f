import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { sections as allSections } from '../../../cbpkg/contract.ts'
import { makeLock } from '../../../cbpkg/key.ts'
import type { GatewayNow } from '../../artifacts/collect/read-gateway.ts'
import { choosePassphrase, readPassphrase, withPassphrase } from '../../artifacts/passphrase.ts'
import type { OpenedPackage } from '../../artifacts/plan/opened.ts'
import { type Plan, planRestore } from '../../artifacts/plan/plan.ts'
import { isChosen, type Scope } from '../../artifacts/plan/wanted.ts'
import { RestoreJournal } from '../../artifacts/restore/journal.ts'
import { GatewayLine } from '../../artifacts/restore/line.ts'
import { RecordedRestore } from '../../artifacts/restore/recorded.ts'
import { Recording } from '../../artifacts/restore/recording.ts'
import { usage } from '../../output/failure.ts'
import { note, printJson } from '../../output/output.ts'
import { agreed } from '../confirm.ts'
import { given, placeOf } from '../gateway-place.ts'
import { withJson } from '../json-option.ts'
import { carryOut } from './carry-out.ts'
import { fillPathOf, openHere, restoreShape, scopeOf, withRestore } from './open.ts'
import { choiceOf } from './options.ts'
import { summaryOf, tellPlan } from './plan-words.ts'

const Options = z.object({
  ...restoreShape,
  yes: z.boolean().default(false),
  offline: z.boolean().default(false),
  resume: z.boolean().default(false),
  connector: z.string().optional(),
  wait: z.coerce.number().min(0).max(86_400).default(0),
  checkpointPassphraseFile: z.string().optional(),
  keepResult: z.string().optional(),
})
type Options = z.output<typeof Options>

export function registerImport(artifact: Command): void {
  const command = artifact
    .command('import')
    .description('restore a package at this gateway; what is there now is packed into a checkpoint first')
    .argument('<file>', 'a .cbpkg file')
    .option('--yes', 'do not ask')
    .option('--offline', 'without ClawButler: not recorded, and approved by nobody')
    .option('--connector <name>', 'the connector of this gateway at ClawButler, by name or id')
    .option('--wait <seconds>', 'how long to wait for an approval', '0')
    .option('--resume', 'go on with a restore that was interrupted, as it was begun')
    .option('--checkpoint-passphrase-file <file>', 'another passphrase for the checkpoint')
    .option('--keep-result <file>', 'pack what the gateway is afterwards, too')
  withJson(withPassphrase(withRestore(command))).action(async (file: string, options: unknown) => {
    await run(resolve(file), given(Options, options))
  })
}

async function run(file: string, options: Options): Promise<void> {
  const place = await placeOf(options)
  const recording = options.offline ? null : await Recording.open(process.env, options.connector ?? null)
  if (!recording) note('Offline: this restore is not recorded at ClawButler, and nobody approves it.')
  const unfinished = await RestoreJournal.unfinished(place.stateDir)
  if (options.resume && !unfinished) throw usage('There is no restore that was interrupted.')
  const resumed = options.resume ? unfinished : null
  const { held, fill, checkpointLock, checkpointPassphrase } = await opened(file, options, resumed)
  refuseAnother(resumed, held, place.gateway)
  const scope = resumed
    ? scopeOf(resumed.begun.mode, choiceOfJournal(resumed), held)
    : scopeOf(options.mode, choiceOf(options), held)
  const line = new GatewayLine(place)
  try {
    const { plan, now } = await line.use((session) => planRestore(session, held, scope, new Set(fill.keys())))
    if (!options.json) tellPlan(plan, held, scope)
    const isNothing = plan.changes.length + plan.creates.length + plan.deletes.length === 0
    if (isNothing && !resumed) {
      if (options.json) printJson({ outcome: 'nothing_to_do', plan })
      else note('The gateway is what the package says already. Nothing was changed.')
      return
    }
    await agreed(deletionWords(plan), options.yes)
    const recordedId = recording ? await announced(recording, resumed, plan, held, scope, options) : null
    if (unfinished && !resumed) {
      note(
        `A restore of package ${unfinished.begun.package} was interrupted before. It is given up; its checkpoint is ${unfinished.begun.checkpoint}.`,
      )
      await unfinished.end('abandoned')
    }
    const journal =
      resumed ?? (await begin(place.stateDir, place.gateway, held, scope, fillPathOf(options), plan, workspacesOf(now)))
    if (recordedId !== null && journal.recorded !== recordedId) await journal.record(recordedId)
    const recorded = recording && recordedId !== null ? new RecordedRestore(recording, journal, recordedId, note) : null
    const { json = false, keepResult } = options
    await carryOut(
      { line, journal, held, scope, fill, checkpointLock, recorded },
      { plan, isJson: json, kept: keepResult ? { file: resolve(keepResult), passphrase: checkpointPassphrase } : null },
    )
  } finally {
    line.close()
  }
}

/** The package read to its end, and the key of the checkpoint: what takes the most memory comes before all else. */
async function opened(file: string, options: Options, resumed: RestoreJournal | null) {
  const { passphraseFile, checkpointPassphraseFile } = options
  const passphrase = await readPassphrase(passphraseFile ? { passphraseFile } : {})
  const checkpointPassphrase = checkpointPassphraseFile
    ? await choosePassphrase({ passphraseFile: checkpointPassphraseFile })
    : passphrase
  const checkpointLock = resumed?.isDone('checkpoint') ? checkpointPassphrase : await makeLock(checkpointPassphrase)
  const { held, fill } = await openHere(file, passphrase, resumed ? resumed.begun.fill : fillPathOf(options))
  return { held, fill, checkpointLock, checkpointPassphrase }
}

function refuseAnother(resumed: RestoreJournal | null, { header }: OpenedPackage, gateway: string): void {
  if (!resumed) return
  const { begun } = resumed
  if (begun.package !== header.id)
    throw usage(`The restore that was interrupted is of package ${begun.package}, and this is ${header.id}.`)
  if (begun.gateway !== gateway) throw usage(`The restore that was interrupted is of the gateway ${begun.gateway}.`)
}

const deletionWords = ({ deletes, risk }: Plan): string =>
  `${deletes.length > 0 ? `Restore, and delete ${deletes.length} agents` : 'Restore'} (risk ${risk ?? 'none'})?`

const choiceOfJournal = ({ begun: { sections, agents } }: RestoreJournal) => ({
  sections: sections && new Set(sections),
  agents: agents && new Set(agents),
})

const workspacesOf = ({ agents }: GatewayNow): string[] =>
  agents.flatMap(({ workspace }) => (workspace === null ? [] : [workspace]))

const begin = (
  stateDir: string,
  gateway: string,
  { header }: OpenedPackage,
  { mode, sections, agents }: Scope,
  fill: string | null,
  { digest }: Plan,
  workspaces: string[],
) =>
  RestoreJournal.begin(stateDir, {
    package: header.id,
    manifestHash: header.manifestHash,
    gateway,
    mode,
    sections: sections && [...sections],
    agents: agents && [...agents],
    fill,
    digest,
    workspaces,
    checkpoint: join(stateDir, 'checkpoints', `${new Date().toISOString().replaceAll(/[:.]/g, '-')}.cbpkg`),
  })

/** The id in the record: one that was interrupted goes on under its own, as long as the record lets it. */
async function announced(
  recording: Recording,
  resumed: RestoreJournal | null,
  plan: Plan,
  held: OpenedPackage,
  scope: Scope,
  { wait }: Options,
): Promise<string> {
  const before = resumed?.recorded ?? null
  if (before !== null && (await recording.goesOn(before, resumed?.stored ?? null))) return before
  const { id } = await recording.announce(
    {
      // The record knows a package that is stored by its id.
      artifactId: null,
      packageId: held.header.id,
      mode: scope.mode,
      sections: allSections.filter((section) => scope.sections?.has(section) ?? true),
      agents: [...held.content.agents.keys()].filter((agent) => isChosen(scope, agent)).slice(0, 2_000),
      risk: plan.risk ?? 'low',
      planDigest: plan.digest,
      changes: plan.changes.length,
      summary: summaryOf(plan),
    },
    wait,
    (approvalId) => note(`Critical: it waits for approval ${approvalId}.`),
  )
  return id
}
