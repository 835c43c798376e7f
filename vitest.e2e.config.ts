import { defineConfig } from 'vitest/config'

/** The real product against the real gateway and a real browser: one thing at a time on a small machine. */
export default defineConfig({
  test: {
    name: 'e2e',
    environment: 'node',
    include: ['test/e2e/**/*.e2e.test.ts'],
    globalSetup: ['./test/e2e/build.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
    reporters: ['verbose', './test/checks/totals-reporter.ts'],
  },
})
