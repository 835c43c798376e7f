import { applyD1Migrations, env } from 'cloudflare:test'
import { afterEach, expect } from 'vitest'
import { checkTouched } from './every-log.ts'

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)

/**
 * What the product logs is told when its test ends, by the test. The plugin keeps a line that a request or an object tells
 * until the runner has something to say itself; the last line of a run would wait for that for ever, and the run for the line.
 */
declare global {
  var untold: (() => void)[] | undefined
}
if (!globalThis.untold) {
  const untold: (() => void)[] = []
  globalThis.untold = untold
  for (const level of ['log', 'warn', 'error'] as const) {
    const tell = console[level].bind(console)
    console[level] = (...values: unknown[]) => untold.push(() => tell(...values))
  }
}
afterEach(() => {
  for (const tell of globalThis.untold?.splice(0) ?? []) tell()
})
afterEach(() => checkTouched(expect.getState().testPath ?? ''))
