import { applyDiff, semanticDiff } from '../worker/features/snapshots/diff/index.ts'
import { isSame, type Tree } from '../worker/features/snapshots/diff/trees.ts'
import { alternate, percentile, round, spread } from './support/figures.ts'
import { atMost, figure, report } from './support/results.ts'

const rounds = 40
const timesEach = 10

/** Five hundred fields as agents' entries hold them: settings below settings, lists by id, lists of names, and texts. */
const aConfiguration = (of: (field: number) => boolean): Tree => {
  const value = (field: number) => (of(field) ? `changed ${field}` : `value ${field}`)
  const fields = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)
  const group = (from: number): Tree =>
    Object.fromEntries(fields(from, 20).map((field) => [`setting${field}`, value(field)]))
  return {
    name: value(0),
    model: { primary: value(1), fallbacks: fields(2, 8).map(value) },
    tools: { deny: fields(10, 50).map(value), exec: group(60), message: group(80) },
    skills: fields(100, 50).map(value),
    params: { options: group(150), nested: { deeper: { deepest: group(170) } } },
    identity: group(190),
    groupChat: {
      rooms: fields(210, 60).map((field) => ({ id: `room-${field}`, prompt: `a\n${value(field)}\nc\n`, open: true })),
    },
    runtime: Object.fromEntries(fields(270, 11).map((field, at) => [`part${field}`, group(270 + at * 20)])),
    heartbeat: { every: value(490), prompt: `${fields(491, 9).map(value).join('\n')}\n` },
  }
}

/** Milliseconds for each of many comparisons, in turn with writing both sides down as JSON. */
const compared = async (before: Tree, after: Tree) => {
  const [ours, theirs]: [number[], number[]] = [[], []]
  const run = (work: () => unknown, times: number[]) => async () => {
    for (let index = 0; index < timesEach; index++) {
      const from = performance.now()
      work()
      times.push(performance.now() - from)
    }
  }
  const oursOnce = run(() => semanticDiff(before, after), ours)
  const theirsOnce = run(() => [JSON.stringify(before), JSON.stringify(after)], theirs)
  await oursOnce()
  await theirsOnce()
  for (const times of [ours, theirs]) times.length = 0
  await alternate(rounds, oursOnce, theirsOnce)
  const found = semanticDiff(before, after)
  return { ours, theirs, changes: found.changes.length, isWhole: isSame(applyDiff(before, found), after) }
}

/** What differs between two configurations of 500 fields, against writing both down as JSON in the same run. */
export const diff = async (): Promise<void> => {
  const before = aConfiguration(() => false)
  const few = await compared(
    before,
    aConfiguration((field) => field % 20 === 0),
  )
  const all = await compared(
    before,
    aConfiguration(() => true),
  )
  const none = await compared(
    before,
    aConfiguration(() => false),
  )
  const times = ({ ours, theirs }: typeof few) => round(percentile(ours, 0.5) / percentile(theirs, 0.5), 1)
  const told = ({ ours, theirs, changes }: typeof few) => ({
    ...{ changes, clawbutler: spread(ours), jsonOfBoth: spread(theirs), unit: 'ms for one comparison' },
  })
  if (!few.isWhole || !all.isWhole) throw new Error('the changes do not make one configuration the other')
  report(
    'diff',
    [
      atMost('500 fields, one in twenty differs, half of all within', round(percentile(few.ours, 0.5)), 'ms', 20),
      atMost('500 fields, all differ, half of all within', round(percentile(all.ours, 0.5)), 'ms', 20),
      // The work is the same each time: what the slowest take longer is what else the machine does.
      figure('500 fields, all differ, p99', round(percentile(all.ours, 0.99)), 'ms'),
      figure('one in twenty differs, against writing both as JSON', times(few), 'times its time'),
      figure('all differ, against writing both as JSON', times(all), 'times its time'),
      figure('nothing differs, against writing both as JSON', times(none), 'times its time'),
    ],
    { 'one in twenty': told(few), all: told(all), none: told(none) },
  )
}
