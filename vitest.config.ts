import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { testSecrets } from './test/support/test-secrets.ts'

const worker = cloudflareTest(async () => ({
  wrangler: { configPath: './wrangler.toml' },
  miniflare: { bindings: { TEST_MIGRATIONS: await readD1Migrations('./migrations'), ...testSecrets } },
}))

/**
 * People sign in hundreds of times in these tests, and nobody guesses at their hashes. What a hash really costs is held by
 * test/features/auth/passwords.node.test.ts.
 */
const cheapPasswords: Plugin = {
  name: 'cheap-passwords',
  enforce: 'pre',
  load: (id) =>
    id.endsWith('/auth/passwords/password-cost.ts') ? 'export const passwordCost = { ln: 4, r: 8, p: 1 }' : null,
}

/** Ends what hangs, and nothing that is slow on a busy machine. */
const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 20_000, interval: 20 } },
}

export default defineConfig({
  test: {
    // What a passing test logs is its own affair; what a failing one logs is shown.
    silent: 'passed-only' as const,
    projects: [
      {
        plugins: [worker, cheapPasswords],
        test: {
          name: 'workers',
          include: ['test/**/*.workers.test.ts'],
          setupFiles: ['./test/support/setup-workers.ts'],
          // One runtime for all files, as in production: each test makes its own organization.
          isolate: false,
          ...patience,
        },
      },
      {
        plugins: [worker, cheapPasswords],
        test: {
          name: 'installation',
          // What concerns the whole installation needs one of its own.
          include: ['test/**/*.installation.test.ts'],
          setupFiles: ['./test/support/setup-workers.ts'],
          ...patience,
        },
      },
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.node.test.ts'],
          isolate: false,
          ...patience,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'web',
          environment: 'happy-dom',
          include: ['test/web/**/*.web.test.{ts,tsx}'],
          isolate: false,
          ...patience,
        },
      },
    ],
  },
})
