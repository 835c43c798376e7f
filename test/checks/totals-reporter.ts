import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with one plain line of totals, and names what was skipped. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const totals = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      totals.failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'pending') totals.failed += 1
        else totals[state] += 1
        if (state === 'skipped') console.log(`skipped: ${test.fullName}`)
      }
    }
    console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
  }
}
