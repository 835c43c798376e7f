import type { Command } from 'commander'
import { ZodError } from 'zod'
import { readOptions } from './options.ts'
import { stopSignals } from './stop-signals.ts'

/** `clawbutler serve`: the product on this machine. */
export const registerServe = (program: Command): void => {
  program
    .command('serve')
    .description('run ClawButler on this machine (HOST, PORT, CLAWBUTLER_STATE_DIR)')
    .action(async () => {
      // Until it runs nothing has been acknowledged: told to stop, it just ends, and the runtime with it.
      for (const signal of stopSignals) process.once(signal, () => process.exit(0))
      try {
        // Loaded here only: the runtime behind it is large, and no other command needs it.
        const { serve } = await import('./serve.ts')
        await serve(readOptions(process.env), (line) => process.stdout.write(`${line}\n`))
      } catch (error) {
        process.stderr.write(`clawbutler serve: ${sentenceOf(error)}\n`)
        process.exit(1)
      }
    })
}

const sentenceOf = (error: unknown): string => {
  if (error instanceof ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  const message = error instanceof Error ? error.message : String(error)
  // The runtime speaks of an option that we do not have.
  return /address already in use/i.test(message) ? 'the port is taken; set PORT to another one' : message
}
