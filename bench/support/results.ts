import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

const folder = join(import.meta.dirname, '../results')

const Line = z.object({
  what: z.string(),
  measured: z.number(),
  unit: z.string(),
  /** Null where there is no goal, only a figure to watch. */
  goal: z.string().nullable(),
  met: z.boolean().nullable(),
})
const Result = z.object({
  name: z.string(),
  date: z.string(),
  machine: z.string(),
  lines: z.array(Line),
  /** What the lines are made of. */
  figures: z.record(z.string(), z.unknown()),
})
export type Line = z.infer<typeof Line>

const machine = () =>
  `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}`

export const atMost = (what: string, measured: number, unit: string, goal: number): Line => ({
  ...{ what, measured, unit },
  ...{ goal: `≤ ${goal} ${unit}`, met: measured <= goal },
})
export const atLeast = (what: string, measured: number, unit: string, goal: number): Line => ({
  ...{ what, measured, unit },
  ...{ goal: `≥ ${goal} ${unit}`, met: measured >= goal },
})
export const figure = (what: string, measured: number, unit: string): Line => ({
  ...{ what, measured, unit },
  ...{ goal: null, met: null },
})

/** Prints what was measured and keeps it beside the others. */
export const report = (name: string, lines: Line[], figures: Record<string, unknown>): void => {
  for (const { what, measured, unit, goal, met } of lines)
    console.log(`${name}: ${what}: ${measured} ${unit}${goal ? ` (goal ${goal}: ${met ? 'met' : 'MISSED'})` : ''}`)
  mkdirSync(folder, { recursive: true })
  const result = { name, date: new Date().toISOString().slice(0, 10), machine: machine(), lines, figures }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(join(folder, 'README.md'), table())
}

const table = (): string => {
  const results = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => Result.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))))
  const rows = results.flatMap(({ name, date, machine: shape, lines }) =>
    lines.map(({ what, measured, unit, goal, met }) =>
      [name, what, goal ?? '–', `${measured} ${unit}`, met === null ? '–' : met ? 'yes' : '**no**', date, shape].join(
        ' | ',
      ),
    ),
  )
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench`. Each line compares two sides in one run on one machine, in alternating rounds; the JSON',
    'files beside this one hold the figures that the lines are made of.',
    '',
    '| Benchmark | What | Goal | Measured | Met | Date | Machine |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n')
}
