import type { Command } from 'commander'
import { registerExport } from './export.ts'
import { registerImport } from './import.ts'
import { registerPreview } from './preview.ts'
import { registerStored } from './stored/stored.ts'
import { registerVerify } from './verify.ts'

/** Packages of a gateway's configuration: made, opened and put back on its own machine. */
export function registerArtifact(connector: Command): void {
  const artifact = connector.command('artifact').description('packages (.cbpkg) of the configuration of this gateway')
  registerExport(artifact)
  registerPreview(artifact)
  registerImport(artifact)
  registerVerify(artifact)
  registerStored(artifact)
}
