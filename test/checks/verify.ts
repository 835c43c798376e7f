import { availableParallelism } from 'node:os'
import { folderInMemory } from './folder-in-memory.ts'
import { runCommand } from './run-command.ts'

/** The one gate: all checks and all tests, some at a time. Ends with one plain line of totals. */
interface Job {
  name: string
  command: readonly [string, ...string[]]
  isTests?: true
}

const vitest = (project: string, ...more: string[]): Job['command'] => [
  'vitest',
  'run',
  `--project=${project}`,
  ...more,
  '--reporter=default',
  '--reporter=./test/checks/totals-reporter.ts',
]

/** Several checkers at once each work out the same inferred types anew: on two cores that is slower, and twice the work. */
const types = (project: string): Job['command'] => ['tsc', '-p', project, '--singleThreaded']

/** The longest first. No job reads what another one writes. */
const jobs: Job[] = [
  // A runtime uses one processor, however many tests it has: two of them, each in a process of its own, use two.
  { name: 'tests in workerd, first half', command: vitest('workers', '--shard=1/2'), isTests: true },
  { name: 'tests in workerd, second half', command: vitest('workers', '--shard=2/2'), isTests: true },
  { name: 'tests in Node', command: vitest('node'), isTests: true },
  { name: 'tests of the UI', command: vitest('web'), isTests: true },
  { name: 'tests of a whole installation', command: vitest('installation'), isTests: true },
  { name: 'format and lint', command: ['biome', 'check', '.'] },
  { name: 'types of worker and objects', command: types('.') },
  { name: 'types of the UI', command: types('web') },
  { name: 'types of the command line', command: types('cli') },
  { name: 'types of the tests', command: types('test') },
  { name: 'generated Env is up to date', command: ['node', 'test/checks/env-types.ts'] },
  { name: 'migrations match the tables', command: ['node', 'test/checks/migrations.ts'] },
  { name: 'boundaries', command: ['node', 'test/checks/boundaries.ts'] },
  { name: 'unused code', command: ['knip'] },
  { name: 'messages in both languages', command: ['node', 'web/i18n/check.ts'] },
  { name: 'paths that the docs name', command: ['node', 'test/checks/docs.ts'] },
  {
    name: 'build of the UI, size of its entry',
    command: ['sh', '-c', 'vite build --logLevel error && node web/entry-size.ts'],
  },
]

const minute = 60_000
const limits = { checks: { limitMs: 5 * minute }, tests: { limitMs: 20 * minute, silenceMs: 5 * minute } }
const totals = { passed: 0, failed: 0, skipped: 0 }
const failed: string[] = []

const check = async ({ name, command: [command, ...args] }: Job): Promise<void> => {
  const startedAt = performance.now()
  const { ok, hung, output } = await runCommand(command, args, limits.checks)
  totals[ok ? 'passed' : 'failed'] += 1
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds(startedAt)})`)
  if (hung) console.log('it did not end in time')
  if (ok) return
  console.log(output.slice(-6_000))
  failed.push(`FAILED ${name}\n${output.slice(-2_000)}`)
}

const runTests = async ({ name, command: [command, ...args] }: Job): Promise<void> => {
  const startedAt = performance.now()
  let run = await runCommand(command, args, limits.tests)
  if (run.hung) {
    // Known of the runtime under vitest (cloudflare/workers-sdk#7244): no test says anything any more, and no time limit of a test applies.
    console.log(`${run.output.slice(-2_000)}\nHUNG   ${name}: they said nothing any more, and are run once more`)
    run = await runCommand(command, args, limits.tests)
  }
  console.log(`${run.output}\n${run.ok ? 'ok    ' : 'FAILED'} ${name} (${seconds(startedAt)})`)
  const line = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(run.output.trim())
  const [, passedTests = 0, failedTests = 0, skippedTests = 0] = line ?? []
  totals.passed += Number(passedTests)
  totals.skipped += Number(skippedTests)
  // A run that broke off before it could count is a failure, whatever it printed.
  totals.failed += line && (run.ok || Number(failedTests) > 0) ? Number(failedTests) : 1
  const named = run.output.split('\n').filter((text) => / FAIL /.test(text))
  if (!run.ok) failed.push(`FAILED ${name}\n${named.join('\n').slice(-2_000)}`)
}

const seconds = (startedAt: number) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`

const inMemory = folderInMemory()
if (inMemory !== null) process.env.TMPDIR = inMemory

const waiting = [...jobs]
const lane = async (): Promise<void> => {
  for (let job = waiting.shift(); job; job = waiting.shift()) await (job.isTests ? runTests(job) : check(job))
}
// One more than there are processors: the tests wait for timers, sockets and processes a third of their time.
const lanes = Math.min(availableParallelism() + 1, 4)
await Promise.all(Array.from({ length: lanes }, lane))
// Once more at the end, which is what remains where long output is cut.
for (const told of failed) console.log(told)
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exit(totals.failed === 0 ? 0 : 1)
