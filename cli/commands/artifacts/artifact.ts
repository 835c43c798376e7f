import type { Command } from 'commander'

type Register = (artifact: Command) => void

/** In the order of the help. A package takes memory enough: only what was asked for is loaded. */
const verbs: [name: string, load: () => Promise<Register>][] = [
  ['export', async () => (await import('./export.ts')).registerExport],
  ['preview', async () => (await import('./preview.ts')).registerPreview],
  ['import', async () => (await import('./import.ts')).registerImport],
  ['verify', async () => (await import('./verify.ts')).registerVerify],
]

/** Packages of a gateway's configuration: made, opened and put back on its own machine. `asked`: the verb that was typed. */
export async function registerArtifact(connector: Command, asked: string | undefined): Promise<void> {
  const artifact = connector.command('artifact').description('packages (.cbpkg) of the configuration of this gateway')
  const found = verbs.filter(([name]) => name === asked)
  for (const [, load] of found.length > 0 ? found : verbs) (await load())(artifact)
  if (found.length === 0) (await import('./stored/stored.ts')).registerStored(artifact)
}
