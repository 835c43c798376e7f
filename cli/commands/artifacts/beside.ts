import type { PackageManifest } from '../../../cbpkg/contract.ts'
import { note, plain } from '../../output/output.ts'

const shownMax = 20

/** What a package says of itself beside its content: what it lacks, and what somebody has to give. */
export function tellBeside({ removed, placeholders, missing }: PackageManifest): void {
  tellNotes(
    'taken out',
    removed.map(({ path, kind, count }) => `${path}: ${kind} (${count})`),
  )
  tellNotes(
    'to be filled in',
    placeholders.map(({ path, kind }) => `${path}: ${kind}`),
  )
  tellNotes(
    'not inside',
    missing.map(({ path, reason }) => `${path}: ${reason}`),
  )
}

function tellNotes(what: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  note(`${what}: ${lines.length}`)
  for (const line of lines.slice(0, shownMax)) note(plain(`  ${line}`))
  if (lines.length > shownMax) note(`  … and ${lines.length - shownMax} more; --json tells all.`)
}
