import { writeFile } from 'node:fs/promises'
import type { Freshness } from '../../worker/features/agents/live/contract.ts'
import { Failure } from '../output/failure.ts'
import { note, plain, printJson } from '../output/output.ts'
import { noteAge } from './agents/path.ts'
import type { JsonOption } from './json-option.ts'

interface Shown {
  content: string
  isMissing: boolean
  redactions: number
  freshness: Freshness
}

/** Prints a file as it is at its gateway, or writes it to `out`; how old it is and what is hidden goes beside it. */
export async function showFile(name: string, file: Shown, { json, out }: JsonOption & { out?: string }): Promise<void> {
  noteAge(file.freshness)
  if (file.redactions > 0) note(`${file.redactions} passages that look like credentials are redacted.`)
  if (json) return printJson(file)
  if (file.isMissing) throw new Failure(`${plain(name)} is not there.`)
  if (out) await writeFile(out, file.content)
  else process.stdout.write(file.content)
}
