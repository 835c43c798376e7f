import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Miniflare, NoOpLog } from 'miniflare'
import { root } from '../../cli/serve/root.ts'
import { withChild } from './processor.ts'

export interface Bare {
  /** Through the entry that the runtime's library puts before each Worker. */
  url: string
  /** At the Worker itself, as the product is reached. */
  direct: string
  pid: number
  stop: () => Promise<void>
}

/** The worker to compare with, in a runtime of its own of the same version. */
export const startBare = (): Promise<Bare> =>
  startAlone({ folder: 'bare', objects: { BARE_LOG: 'BareLog', DATABASE: 'Database' } })

/** A worker of `bench/<folder>` with its objects, by the names of their bindings, in a runtime of its own. */
export const startAlone = async ({
  folder: source,
  objects,
  vars = {},
}: {
  folder: string
  objects: Record<string, string>
  vars?: Record<string, string>
}): Promise<Bare> => {
  const folder = mkdtempSync(join(tmpdir(), 'clawbutler-bare-'))
  const outdir = join(folder, 'bundle')
  const wrangler = join(root, 'node_modules/.bin/wrangler')
  const config = join(root, `bench/${source}/wrangler.toml`)
  execFileSync(wrangler, ['deploy', '--dry-run', '--outdir', outdir, '--config', config], {
    env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    log: new NoOpLog(),
    logRequests: false,
    resourcePersistencePath: join(folder, 'data'),
    workers: [
      {
        config: {
          name: source,
          compatibilityDate: '2026-08-01',
          compatibilityFlags: ['nodejs_compat'],
          manifest: {
            mainModule: 'worker.js',
            modulesRoot: outdir,
            modules: { 'worker.js': { type: 'esm', contents: readFileSync(join(outdir, 'worker.js'), 'utf8') } },
          },
          env: {
            ...mapped(objects, (exportName) => ({ type: 'durable-object' as const, worker: source, exportName })),
            DB: { type: 'd1', id: source },
            ARCHIVE: { type: 'r2', name: source },
            ...mapped(vars, (value) => ({ type: 'text' as const, value })),
          },
          exports: Object.fromEntries(
            Object.values(objects).map((name) => [
              name,
              { type: 'durable-object' as const, storage: 'sqlite' as const },
            ]),
          ),
        },
        dev: { unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] },
      },
    ],
  })
  const { started: url, pid } = await withChild(() => miniflare.ready)
  return {
    url: url.origin,
    direct: (await miniflare.unsafeGetDirectURL(source)).origin,
    pid,
    stop: async () => {
      await miniflare.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const mapped = <T>(record: Record<string, string>, change: (value: string) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
