import { evaluated } from './rules-evaluate.ts'
import { replayed } from './rules-replay.ts'
import { percentile, round, spread } from './support/figures.ts'
import { atLeast, atMost, figure, report } from './support/results.ts'
import { mixedRules } from './support/rule-set.ts'

/**
 * Rules over one request, against the same conditions whole by @bufbuild/cel in the same run; then a replay through the
 * API, in turn with the rules and without any: the time of the latter is that of reading, of telling and of the emulator.
 */
export const rules = async (): Promise<void> => {
  const thousand = await evaluated(mixedRules(1_000))
  const hundred = await evaluated(mixedRules(100))
  const replay = await replayed(mixedRules(100))
  const faster = ({ ours, theirs }: typeof hundred) => round(percentile(theirs, 0.5) / percentile(ours, 0.5), 1)
  const told = ({ ours, theirs }: typeof hundred) => ({
    ...{ clawbutler: spread(ours), celAlone: spread(theirs), unit: 'ms for one request' },
  })
  report(
    'rules',
    [
      atMost('1,000 rules for one request, p99', round(percentile(thousand.ours, 0.99)), 'ms', 10),
      figure('1,000 rules, faster than by @bufbuild/cel alone', faster(thousand), 'times'),
      figure('100 rules, faster than by @bufbuild/cel alone', faster(hundred), 'times'),
      figure('making 1,000 rules ready, once for a version and isolate', round(thousand.readyMs, 0), 'ms'),
      atLeast('replay of 100,000 requests over 100 rules', round(replay.perSecond, 0), 'requests/s', 10_000),
      figure('processor time of it, the emulated database included', round(replay.processorMs / 1_000, 1), 's'),
      figure('of its time, reading and telling', round(replay.readingShare), 'of it'),
    ],
    { '1,000 rules': told(thousand), '100 rules': told(hundred), replay: replay.figures },
  )
}
