import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Miniflare, NoOpLog } from 'miniflare'
import { root } from '../../cli/serve/root.ts'
import { withChild } from './processor.ts'

export interface Bare {
  url: string
  pid: number
  stop: () => Promise<void>
}

/** The worker to compare with, in a runtime of its own of the same version. */
export const startBare = (): Promise<Bare> => startAlone({ folder: 'bare', binding: 'BARE_LOG', object: 'BareLog' })

/** A worker of `bench/<folder>` with one kind of object, in a runtime of its own. */
export const startAlone = async ({
  folder: source,
  binding,
  object,
  vars = {},
}: {
  folder: string
  binding: string
  object: string
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
            [binding]: { type: 'durable-object', worker: source, exportName: object },
            DB: { type: 'd1', id: source },
            ARCHIVE: { type: 'r2', name: source },
            ...Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, { type: 'text', value }])),
          },
          exports: { [object]: { type: 'durable-object', storage: 'sqlite' } },
        },
      },
    ],
  })
  const { started: url, pid } = await withChild(() => miniflare.ready)
  return {
    url: url.origin,
    pid,
    stop: async () => {
      await miniflare.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
