import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Miniflare, NoOpLog } from 'miniflare'
import { parse } from 'smol-toml'
import { z } from 'zod'
import { adoptDatabase, databaseKey } from './adopt-database.ts'
import { root } from './root.ts'

/** What of wrangler.toml describes the Worker itself: one description for the cloud and for one machine. */
const WranglerToml = z.object({
  name: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  assets: z.object({ binding: z.string() }),
  d1_databases: z.array(z.object({ binding: z.string() })),
  r2_buckets: z.array(z.object({ binding: z.string(), bucket_name: z.string() })),
  durable_objects: z.object({ bindings: z.array(z.object({ name: z.string(), class_name: z.string() })) }),
  triggers: z.object({ crons: z.array(z.string()) }),
})

export const describeWorker = () => WranglerToml.parse(parse(readFileSync(join(root, 'wrangler.toml'), 'utf8')))

const ui = 'ui'

export interface RunOptions {
  host: string
  port: number
  stateDir: string
  vars: Record<string, string>
  /** One line of the Worker's log. */
  onLog: (line: string) => void
}

/** Runs the production bundle on workerd, with all state under one folder. Resolves when it answers requests. */
export const runWorker = async ({ host, port, stateDir, vars, onLog }: RunOptions) => {
  const worker = describeWorker()
  const text = (value: string) => ({ type: 'text' as const, value })
  const object = (exportName: string) => ({ type: 'durable-object' as const, worker: worker.name, exportName })
  const stored = { type: 'durable-object' as const, storage: 'sqlite' as const }
  const data = join(stateDir, 'data')
  adoptDatabase(data)
  const miniflare = new Miniflare({
    // Its own entry, on a port that nobody is told, rewrites each request and answer, compresses and takes orders by headers.
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    log: new NoOpLog(),
    logRequests: false,
    handleStructuredLogs: ({ message }) => onLog(message),
    resourcePersistencePath: data,
    workers: [
      {
        config: {
          name: worker.name,
          compatibilityDate: worker.compatibility_date,
          compatibilityFlags: worker.compatibility_flags,
          manifest: {
            mainModule: 'index.js',
            modulesRoot: join(root, 'dist/worker'),
            modules: {
              'index.js': { type: 'esm', contents: readFileSync(join(root, 'dist/worker/index.js'), 'utf8') },
            },
          },
          env: {
            ...Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, text(value)])),
            ...Object.fromEntries(worker.d1_databases.map(({ binding }) => [binding, object('Database')])),
            ...Object.fromEntries(
              worker.r2_buckets.map(({ binding, bucket_name }) => [
                binding,
                { type: 'r2' as const, name: bucket_name },
              ]),
            ),
            ...Object.fromEntries(
              worker.durable_objects.bindings.map(({ name, class_name }) => [name, object(class_name)]),
            ),
            [worker.assets.binding]: { type: 'worker' as const, worker: ui },
          },
          exports: {
            Database: { ...stored, unsafeUniqueKey: databaseKey },
            ...Object.fromEntries(worker.durable_objects.bindings.map(({ class_name }) => [class_name, stored])),
          },
        },
        dev: { unsafeDirectSockets: [{ host, port }] },
      },
      {
        // A Worker of its own: beside ours, its router would stand before each call of the API.
        config: {
          name: ui,
          compatibilityDate: worker.compatibility_date,
          manifest: {
            mainModule: 'none.js',
            modulesRoot: root,
            modules: { 'none.js': { type: 'esm', contents: 'export default {}' } },
          },
          assets: { directory: join(root, 'web/dist'), notFoundHandling: 'single-page-application' },
        },
      },
    ],
  })
  await miniflare.ready
  return { miniflare, url: await miniflare.unsafeGetDirectURL(worker.name) }
}
