import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Fails when the tables in the code are not what the migrations build. Generates into a copy and looks for a new file. */
const copy = join(mkdtempSync(join(tmpdir(), 'migrations-')), 'migrations')
cpSync('migrations', copy, { recursive: true })
const count = () => readdirSync(copy).filter((name) => name.endsWith('.sql')).length
const before = count()
execFileSync(
  'drizzle-kit',
  ['generate', '--dialect', 'sqlite', '--schema', './worker/features/*/schema.ts', '--out', copy],
  {
    stdio: 'pipe',
  },
)
if (count() !== before) {
  console.error('the tables differ from the migrations: npm run migrations')
  process.exit(1)
}
console.log('migrations: up to date')
