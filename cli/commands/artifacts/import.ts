import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { sections as allSections } from '../../../cbpkg/contract.ts'
import { collect } from '../../artifacts/collect/collect.ts'
import type { GatewayNow } from '../../artifacts/collect/read-gateway.ts'
import { choosePassphrase, readPassphrase, withPassphrase } from '../../artifacts/passphrase.ts'
import type { OpenedPackage } from '../../artifacts/plan/opened.ts'
import { type Plan, planRestore } from '../../artifacts/plan/plan.ts'
import { isChosen, type Scope } from '../../artifacts/plan/wanted.ts'
import { RestoreJournal } from '../../artifacts/restore/journal.ts'
import { GatewayLine } from '../../artifacts/restore/line.ts'
import { Recording } from '../../artifacts/restore/recording.ts'
import { type Restored, type RestoreInput, restore } from '../../artifacts/restore/restore.ts'
import { packInto } from '../../artifacts/write-file.ts'
import { Failure, usage } from '../../output/failure.ts'
import { note, printJson } from '../../output/output.ts'
import { agreed } from '../confirm.ts'
import { given, placeOf } from '../gateway-place.ts'
import { withJson } from '../json-option.ts'
import { fillPathOf, openHere, restoreShape, scopeOf, withRestore } from './open.ts'
import { choiceOf } from './options.ts'
import { summaryOf, tellPlan } from './plan-words.ts'
import { tellRestored } from './restored-words.ts'

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
  const { passphraseFile, checkpointPassphraseFile } = options
  const passphrase = await readPassphrase(passphraseFile ? { passphraseFile } : {})
  const checkpointPassphrase = checkpointPassphraseFile
    ? await choosePassphrase({ passphraseFile: checkpointPassphraseFile })
    : passphrase
  const { held, fill } = await openHere(file, passphrase, resumed ? resumed.begun.fill : fillPathOf(options))
  if (resumed && resumed.begun.package !== held.header.id)
    throw usage(
      `The restore that was interrupted is of package ${resumed.begun.package}, and this is ${held.header.id}.`,
    )
  if (resumed && resumed.begun.gateway !== place.gateway)
    throw usage(`The restore that was interrupted is of the gateway ${resumed.begun.gateway}.`)
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
    const recorded = recording ? await announced(recording, resumed, plan, held, scope, options) : null
    if (unfinished && !resumed) {
      note(
        `A restore of package ${unfinished.begun.package} was interrupted before. It is given up; its checkpoint is ${unfinished.begun.checkpoint}.`,
      )
      await unfinished.end('abandoned')
    }
    const journal =
      resumed ?? (await begin(place.stateDir, place.gateway, held, scope, fillPathOf(options), plan, workspacesOf(now)))
    if (recorded !== null && journal.recorded !== recorded) await journal.record(recorded)
    await carryOut(
      { line, journal, held, scope, fill, file, passphrase, checkpointPassphrase, say: (step) => note(`${step} …`) },
      recording,
      plan,
      options,
    )
  } finally {
    line.close()
  }
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

/** The id in the record. A restore that was killed goes on under its own; one that was told to have failed is a new one. */
async function announced(
  recording: Recording,
  resumed: RestoreJournal | null,
  plan: Plan,
  held: OpenedPackage,
  scope: Scope,
  { wait }: Options,
): Promise<string> {
  const before = resumed?.recorded ?? null
  if (before !== null && (await recording.isOpen(before))) return before
  const { id } = await recording.announce(
    {
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

async function carryOut(
  input: RestoreInput,
  recording: Recording | null,
  plan: Plan,
  { json, keepResult }: Options,
): Promise<void> {
  const { journal } = input
  const recorded = journal.recorded
  if (recording && recorded) await recording.started(recorded)
  const result = await restored(input, keepResult ? resolve(keepResult) : null).catch(async (error: unknown) => {
    const words = error instanceof Error ? error.message : String(error)
    if (recording && recorded) await recording.failed(recorded, words).catch(() => undefined)
    const { checkpoint } = journal.begun
    throw new Failure(
      `${words}\nThe restore was interrupted; --resume goes on with it. What was there before is in ${checkpoint}`,
    )
  })
  if (recording && recorded) await recording.ended(recorded, result)
  if (json) printJson({ ...result, plan, recorded, keptResult: keepResult ?? null })
  else tellRestored(result)
  if (result.outcome === 'differs') throw new Failure('The gateway is not in everything what the package says.')
}

async function restored(input: RestoreInput, keepResult: string | null): Promise<Restored> {
  const result = await restore(input)
  const whole = { sections: null, agents: null }
  if (keepResult)
    await input.line.use(async (session) =>
      packInto(keepResult, await collect(session, 'backup', whole), input.checkpointPassphrase),
    )
  return result
}
