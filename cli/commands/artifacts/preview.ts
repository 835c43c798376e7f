import type { Command } from 'commander'
import { z } from 'zod'
import { readPassphrase, withPassphrase } from '../../artifacts/passphrase.ts'
import { planRestore } from '../../artifacts/plan/plan.ts'
import { printJson } from '../../output/output.ts'
import { openGateway } from '../../plugin/at-gateway.ts'
import { given, placeOf } from '../gateway-place.ts'
import { withJson } from '../json-option.ts'
import { fillPathOf, openHere, restoreShape, scopeOf, withRestore } from './open.ts'
import { choiceOf } from './options.ts'
import { tellPlan } from './plan-words.ts'

const Options = z.object(restoreShape)

export function registerPreview(artifact: Command): void {
  const command = artifact
    .command('preview')
    .description('what restoring a package would change at this gateway; nothing is written')
    .argument('<file>', 'a .cbpkg file')
  withJson(withPassphrase(withRestore(command))).action(async (file: string, options: unknown) => {
    await run(file, given(Options, options))
  })
}

async function run(file: string, options: z.output<typeof Options>): Promise<void> {
  const { passphraseFile } = options
  const choice = choiceOf(options)
  const passphrase = await readPassphrase(passphraseFile ? { passphraseFile } : {})
  const { held, fill } = await openHere(file, passphrase, fillPathOf(options))
  const scope = scopeOf(options.mode, choice, held)
  const session = await openGateway(await placeOf(options))
  try {
    const { plan } = await planRestore(session, held, scope, new Set(fill.keys()))
    if (options.json) printJson({ package: held.header, mode: scope.mode, ...plan })
    else tellPlan(plan, held, scope)
  } finally {
    session.close('Done.')
  }
}
