import { Cron } from 'croner'
import { lockStateFolder } from '../state/lock.ts'
import { buildIfStale } from './build.ts'
import { queryDatabase, rowsFrom } from './database.ts'
import { firstSteps } from './first-steps.ts'
import { freePort } from './free-port.ts'
import { openLog } from './log-file.ts'
import { applyMigrations } from './migrate.ts'
import { describeWorker, runWorker } from './miniflare.ts'
import { onPort, type ServeOptions } from './options.ts'
import { endOrphan, rememberRuntime, watchRuntime } from './runtime-process.ts'
import { secretsIn } from './secrets.ts'
import { stopSignals } from './stop-signals.ts'

const stopWithinMs = 4_000

/**
 * Runs ClawButler on this machine until SIGTERM or SIGINT: UI and API on one port, state in one folder. Everything that
 * was acknowledged is on disk, so stopping needs no farewell: open streams are cut and come back by themselves.
 */
export const serve = async (given: ServeOptions, say: (line: string) => void): Promise<void> => {
  // The port must be known before the start: the installation's address names it.
  const options = given.port === 0 ? onPort(given, await freePort(given.host)) : given
  const secrets = secretsIn(options.stateDir)
  const unlock = await lockStateFolder(options.stateDir)
  await endOrphan(options.stateDir)
  await buildIfStale(say)
  const log = openLog(options.stateDir)
  const { miniflare, url } = await runWorker({
    host: options.host,
    port: options.port,
    stateDir: options.stateDir,
    vars: { ...options.vars, ...secrets, PUBLIC_URL: options.publicUrl },
    onLog: log.write,
  })
  // Without its runtime a server is nothing: it ends, so that whoever supervises it starts a whole one.
  const unwatch = watchRuntime(await rememberRuntime(options.stateDir), () => {
    say('The runtime ended by itself; server.log in the state folder may say why.')
    process.exit(1)
  })
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    unwatch()
    setTimeout(() => process.exit(0), stopWithinMs).unref()
    await miniflare.dispose()
    await unlock()
    process.exit(0)
  }
  for (const signal of stopSignals) {
    // In place of that of the start. The runtime's library has put handlers of its own there, which end the process as a failure before we are done.
    process.removeAllListeners(signal)
    process.on(signal, stop)
  }
  const begin = async () => {
    const applied = await applyMigrations(rowsFrom(queryDatabase(miniflare)))
    if (applied.length > 0) log.write(JSON.stringify({ event: 'migrated', applied }))
    const { crons } = describeWorker().triggers
    for (const cron of crons)
      new Cron(cron, { protect: true, catch: (error) => log.write(`cron failed: ${String(error)}`) }, async () => {
        const worker = await miniflare.getWorker()
        await worker.scheduled({ cron })
      })
    say(await firstSteps(url.origin, options, secrets))
    say(`\nLog: ${log.path} · state: ${options.stateDir} · stop with Ctrl+C`)
  }
  // What was under way when it was told to stop ends with it.
  await begin().catch((error: unknown) => {
    if (!stopping) throw error
  })
}
