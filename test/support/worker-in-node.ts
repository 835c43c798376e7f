import { resolve } from 'node:path'
import { build } from 'esbuild'
import { Miniflare, NoOpLog } from 'miniflare'
import { z } from 'zod'
import { applyMigrations } from '../../cli/serve/migrate.ts'
import { testSecrets } from './test-secrets.ts'

const root = resolve(import.meta.dirname, '../..')

let bundled: Promise<string> | undefined
/** Made once for all files of a run. */
const bundle = (): Promise<string> => {
  bundled ??= makeBundle()
  return bundled
}

const makeBundle = async (): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [`${root}/worker/index.ts`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    conditions: ['workerd', 'worker', 'import'],
    mainFields: ['module', 'main'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'silent',
  })
  const [output] = outputFiles
  if (!output) throw new Error('the Worker did not bundle')
  return output.text
}

const objects = {
  AUDIT_LOG: 'AuditLog',
  CONNECTOR_SESSION: 'ConnectorSession',
  APPROVAL_CLOCK: 'ApprovalClock',
  AUDIT_STREAM: 'AuditStream',
  COST_LEDGER: 'CostLedger',
}
const mapValues = <T, U>(record: Record<string, T>, change: (value: T) => U) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))

/** The Worker with its own empty database, for tests whose other side is a server in Node. Real HTTP both ways. */
export const startWorker = async (vars: Record<string, string>) => {
  const name = 'clawbutler'
  const contents = await bundle()
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    log: new NoOpLog(),
    handleStructuredLogs: () => {},
    workers: [
      {
        config: {
          name,
          compatibilityDate: '2026-08-01',
          compatibilityFlags: ['nodejs_compat', 'enable_request_signal'],
          manifest: { mainModule: 'index.js', modulesRoot: root, modules: { 'index.js': { type: 'esm', contents } } },
          env: {
            ...mapValues({ ...testSecrets, ...vars }, (value) => ({ type: 'text' as const, value })),
            ...mapValues(objects, (exportName) => ({ type: 'durable-object' as const, worker: name, exportName })),
            DB: { type: 'd1', id: 'test' },
          },
          exports: Object.fromEntries(
            Object.values(objects).map((exported) => [
              exported,
              { type: 'durable-object' as const, storage: 'sqlite' as const },
            ]),
          ),
        },
      },
    ],
  })
  const { origin } = await miniflare.ready
  const database = await miniflare.getD1Database('DB')
  await applyMigrations(async (queries) => {
    const answers = await database.batch(queries.map(({ sql, params }) => database.prepare(sql).bind(...params)))
    return answers.map(({ results }) => z.array(z.record(z.string(), z.unknown())).parse(results))
  })
  return { url: origin, database, stop: () => miniflare.dispose() }
}
