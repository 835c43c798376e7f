import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { usage } from '../../output/failure.ts'
import type { Fill } from './fill.ts'

const FillFile = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.unknown()), z.record(z.string(), z.unknown())]),
)

/** Values by the paths of the placeholders, from a JSON file that a person keeps to themselves. */
export async function readFill(path: string | null): Promise<Fill> {
  if (path === null) return new Map()
  const text = await readFile(path, 'utf8').catch(() => {
    throw usage(`The file ${path} cannot be read.`)
  })
  let parsed: unknown = null
  try {
    parsed = JSON.parse(text)
  } catch {
    throw usage(`${path} is no JSON.`)
  }
  const fill = FillFile.safeParse(parsed)
  if (!fill.success) throw usage(`${path} is to be one object: a value for each path to be filled in.`)
  return new Map(Object.entries(fill.data))
}
