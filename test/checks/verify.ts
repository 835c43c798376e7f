import { runCommand } from './run-command.ts'

/** The one gate: every check in turn, then the tests. Ends with one plain line of totals. */
const checks: [name: string, command: string, ...args: string[]][] = [
  ['format and lint', 'biome', 'check', '.'],
  ['types of worker and objects', 'tsc', '-p', '.'],
  ['types of the UI', 'tsc', '-p', 'web'],
  ['types of the command line', 'tsc', '-p', 'cli'],
  ['types of the tests', 'tsc', '-p', 'test'],
  ['generated Env is up to date', 'node', 'test/checks/env-types.ts'],
  ['migrations match the tables', 'node', 'test/checks/migrations.ts'],
  ['boundaries', 'node', 'test/checks/boundaries.ts'],
  ['unused code', 'knip'],
  ['messages in both languages', 'node', 'web/i18n/check.ts'],
  ['paths that the docs name', 'node', 'test/checks/docs.ts'],
  ['build of the UI', 'vite', 'build', '--logLevel', 'error'],
  ['size of the entry', 'node', 'web/entry-size.ts'],
]

const checkLimitMs = 5 * 60_000
const testsLimitMs = 20 * 60_000
const totals = { passed: 0, failed: 0, skipped: 0 }
const failedChecks: string[] = []
for (const [name, command, ...args] of checks) {
  const startedAt = performance.now()
  const { ok, hung, output } = await runCommand(command, args, checkLimitMs)
  totals[ok ? 'passed' : 'failed'] += 1
  if (!ok) failedChecks.push(`FAILED ${name}\n${output.slice(-2_000)}`)
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  if (hung) console.log(`it did not end within ${checkLimitMs / 60_000} min`)
  if (!ok) console.log(output.slice(-6_000))
}

const testRun = ['run', '--reporter=default', '--reporter=./test/checks/totals-reporter.ts']
const runTests = () => runCommand('vitest', testRun, testsLimitMs, (chunk) => process.stdout.write(chunk))
let tests = await runTests()
if (tests.hung) {
  // Known of the runtime under vitest (cloudflare/workers-sdk#7244): no test says anything any more, and no time limit of a test applies.
  console.log(`HUNG   the tests did not end within ${testsLimitMs / 60_000} min and are run once more`)
  tests = await runTests()
}
const line = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(tests.output.trim())
totals.passed += Number(line?.[1] ?? 0)
totals.failed += Number(line?.[2] ?? 0)
totals.skipped += Number(line?.[3] ?? 0)
// A run that broke off before it could count is a failure, whatever it printed.
if (!line || (!tests.ok && totals.failed === 0)) totals.failed += 1
// Once more at the end, which is what remains where long output is cut.
for (const failed of failedChecks) console.log(failed)
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exit(totals.failed === 0 ? 0 : 1)
