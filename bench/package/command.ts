import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { root } from '../../cli/serve/root.ts'

const run = promisify(execFile)
const Measured = z.object({ ms: z.number(), processorMs: z.number(), peakMb: z.number() })
export type Measured = z.infer<typeof Measured>

/**
 * Preloaded into the command: when that ends, it leaves what it took. The peak is the kernel's own of this process; what
 * `getrusage` says counts the process that started it, too.
 */
const preload = `import { readFileSync, writeFileSync } from 'node:fs'
process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  const peakKb = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
  const took = { ms: performance.now(), processorMs: (user + system) / 1000, peakMb: peakKb / 1024 }
  writeFileSync(process.env.BENCH_MEASURED, JSON.stringify(took))
})`

/** Runs the command as a person does, and answers what its process took from its start to its end. Throws when it fails. */
export const measured = async (folder: string, args: readonly string[]): Promise<Measured> => {
  const file = join(folder, 'measured.json')
  const imported = `data:text/javascript,${encodeURIComponent(preload)}`
  const env = { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1', BENCH_MEASURED: file }
  await run(process.execPath, ['--import', imported, join(root, 'cli/bin.mjs'), ...args], { env, maxBuffer: 2 ** 26 })
  return Measured.parse(JSON.parse(readFileSync(file, 'utf8')))
}
