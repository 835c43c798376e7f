import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'smol-toml'
import { z } from 'zod'
import { root } from '../serve/root.ts'

const usage = 'npm run deploy -- [--env staging] [--dry-run]'
const secretsNeeded = ['SIGNING_KEYS', 'ENCRYPTION_KEYS', 'PUBLIC_URL']
const placeholder = /^0{8}-/

const Storage = z.object({
  d1_databases: z.array(z.object({ database_name: z.string(), database_id: z.string() })),
  r2_buckets: z.array(z.object({ bucket_name: z.string() })),
})
const WranglerToml = Storage.extend({ env: z.object({ staging: Storage }) })

interface Target {
  staging: boolean
  dryRun: boolean
}

/** Deploys database changes, the Worker with its objects, and the UI on Pages, in this order. */
const deploy = ({ staging, dryRun }: Target): void => {
  const environment = staging ? ['--env', 'staging'] : ['--env', '']
  const { database, bucket } = storageOf(staging)
  say('1/5 Building the UI')
  run('npm', ['run', '--silent', 'build:web'])
  if (dryRun) {
    say(`2/5 Secrets and bucket ${bucket.bucket_name}: not asked for in a dry run`)
    say(`3/5 Migrations for ${database.database_name}, tried on an empty local database`)
    run('wrangler', [
      'd1',
      'migrations',
      'apply',
      database.database_name,
      '--local',
      '--persist-to',
      'dist/dry-run',
      ...environment,
    ])
    say('4/5 Worker')
    run('wrangler', ['deploy', '--dry-run', '--outdir', 'dist/dry-run/worker', ...environment])
    say('5/5 Pages function')
    run('wrangler', ['pages', 'functions', 'build', 'web/pages/functions', '--outdir', 'dist/dry-run/pages'])
    say('Nothing was deployed.')
    return
  }
  if (placeholder.test(database.database_id))
    throw new Error(
      `wrangler.toml still holds the placeholder id of ${database.database_name}: run \`npx wrangler d1 create ${database.database_name}\` and put its id there`,
    )
  say('2/5 Checking secrets and the archive')
  checkSecrets(environment)
  createBucket(bucket.bucket_name)
  say('3/5 Applying migrations')
  run('wrangler', ['d1', 'migrations', 'apply', database.database_name, '--remote', ...environment])
  say('4/5 Deploying the Worker')
  run('wrangler', ['deploy', ...environment])
  say('5/5 Deploying the UI')
  run('wrangler', ['pages', 'deploy', '--branch', staging ? 'staging' : 'main'], join(root, 'web/pages'))
}

const storageOf = (staging: boolean) => {
  const toml = WranglerToml.parse(parse(readFileSync(join(root, 'wrangler.toml'), 'utf8')))
  const { d1_databases, r2_buckets } = staging ? toml.env.staging : toml
  const [database, bucket] = [d1_databases[0], r2_buckets[0]]
  if (!database || !bucket) throw new Error('wrangler.toml names no database or no bucket')
  return { database, bucket }
}

/** The archive's bucket needs no id, so the first deployment makes it. */
const createBucket = (name: string): void => {
  try {
    execFileSync('wrangler', ['r2', 'bucket', 'info', name], { cwd: root, stdio: 'ignore' })
  } catch {
    run('wrangler', ['r2', 'bucket', 'create', name])
  }
}

const checkSecrets = (environment: string[]): void => {
  const listed = execFileSync('wrangler', ['secret', 'list', ...environment], { cwd: root, encoding: 'utf8' })
  const names = z.array(z.object({ name: z.string() })).parse(JSON.parse(listed))
  const absent = secretsNeeded.filter((needed) => !names.some(({ name }) => name === needed))
  if (absent.length > 0)
    throw new Error(`these secrets are missing: ${absent.join(', ')}; docs/operate/deploy.md shows how to make them`)
}

const run = (command: string, args: string[], cwd = root): void => {
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false' }
  execFileSync(command, args, { cwd, env, stdio: 'inherit' })
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

try {
  const { values } = parseArgs({ options: { env: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } } })
  if (values.env !== undefined && values.env !== 'staging' && values.env !== 'production') throw new Error(usage)
  deploy({ staging: values.env === 'staging', dryRun: values['dry-run'] })
} catch (error) {
  process.stderr.write(`deploy: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
