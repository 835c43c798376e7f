import { spawn } from 'node:child_process'

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

const run = (command: string, args: string[]): Promise<{ ok: boolean; output: string }> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CI: '1' } })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', (error) => resolve({ ok: false, output: String(error) }))
    child.on('exit', (code) => resolve({ ok: code === 0, output }))
  })

const totals = { passed: 0, failed: 0, skipped: 0 }
for (const [name, command, ...args] of checks) {
  const startedAt = performance.now()
  const { ok, output } = await run(command, args)
  totals[ok ? 'passed' : 'failed'] += 1
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`)
  if (!ok) console.log(output.slice(-6_000))
}

const tests = await run('vitest', ['run', '--reporter=default', '--reporter=./test/checks/totals-reporter.ts'])
console.log(tests.output.slice(-12_000))
const line = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/.exec(tests.output.trim())
totals.passed += Number(line?.[1] ?? 0)
totals.failed += Number(line?.[2] ?? 0)
totals.skipped += Number(line?.[3] ?? 0)
// A run that broke off before it could count is a failure, whatever it printed.
if (!line || (!tests.ok && totals.failed === 0)) totals.failed += 1
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exit(totals.failed === 0 ? 0 : 1)
