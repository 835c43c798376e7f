import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildIfStale } from '../../cli/serve/build.ts'
import { queryDatabase, rowsFrom } from '../../cli/serve/database.ts'
import { firstSteps } from '../../cli/serve/first-steps.ts'
import { applyMigrations } from '../../cli/serve/migrate.ts'
import { runWorker } from '../../cli/serve/miniflare.ts'
import { secretsIn } from '../../cli/serve/secrets.ts'
import { quietPort } from '../../test/support/processes.ts'
import { type Client, owner, signIn } from '../../test/support/product/client.ts'
import { databaseOver } from '../../worker/platform/object-database.ts'
import { withChild } from './processor.ts'

export interface Product {
  url: string
  client: Client
  /** The runtime's process. */
  pid: number
  /** For filling it with more than the API would take in reasonable time. */
  database: D1Database
  stop: () => Promise<void>
}

/** The production bundle on the production runtime with a state of its own, and its owner signed in. */
export const startProduct = async (): Promise<Product> => {
  const stateDir = mkdtempSync(join(tmpdir(), 'clawbutler-bench-'))
  const secrets = secretsIn(stateDir)
  await buildIfStale(console.log)
  const port = await quietPort()
  const publicUrl = `http://127.0.0.1:${port}`
  const vars = { ...secrets, PUBLIC_URL: publicUrl }
  const { started, pid } = await withChild(() =>
    runWorker({ host: '127.0.0.1', port, stateDir, vars, onLog: () => undefined }),
  )
  const { miniflare, url } = started
  const query = queryDatabase(miniflare)
  await applyMigrations(rowsFrom(query))
  const options = { host: '127.0.0.1', port, stateDir, publicUrl, bootstrap: owner, vars: {} }
  await firstSteps(url.origin, options, secrets)
  return {
    url: url.origin,
    client: await signIn(url.origin),
    pid,
    database: databaseOver(query),
    stop: async () => {
      await miniflare.dispose()
      rmSync(stateDir, { recursive: true, force: true })
    },
  }
}
