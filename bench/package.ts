import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { percentile, round, spread } from './support/figures.ts'
import { atMost, figure, report } from './support/results.ts'

const agents = 50
const filesOfAgent = 20
const fileBytes = 20 * 1024
const rounds = 5
const run = promisify(execFile)
const Took = z.object({ ms: z.number(), processorMs: z.number(), peakMb: z.number() })

/** Fifty agents with 20 MB of files become a package and files again, against AES-GCM of the same bytes alone. */
export const packageBench = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'clawbutler-package-'))
  const files = join(folder, 'agents')
  for (let agent = 0; agent < agents; agent += 1) {
    mkdirSync(join(files, `agent-${agent}`), { recursive: true })
    for (let name = 0; name < filesOfAgent; name += 1)
      writeFileSync(join(files, `agent-${agent}`, `file-${name}.bin`), randomBytes(fileBytes))
  }
  const child = async (work: string, file: string): Promise<z.infer<typeof Took>> => {
    const out = join(folder, `${work}-out`)
    const script = join(import.meta.dirname, 'package/child.ts')
    const { stdout } = await run(process.execPath, [script, work, files, join(folder, file), out])
    rmSync(out, { recursive: true, force: true })
    return Took.parse(JSON.parse(stdout))
  }
  const written: z.infer<typeof Took>[] = []
  const read: z.infer<typeof Took>[] = []
  const bare: number[] = []
  for (let index = 0; index < rounds; index += 1) {
    written.push(await child('write', 'gateway.cbpkg'))
    read.push(await child('read', 'gateway.cbpkg'))
    bare.push((await child('seal', 'sealed')).ms + (await child('open', 'sealed')).ms)
  }
  const idle = await child('idle', 'none')
  const ours = written.map(({ ms }, at) => ms + (read[at]?.ms ?? 0))
  const processor = written.map(({ processorMs }, at) => processorMs + (read[at]?.processorMs ?? 0))
  const peak = Math.max(...[...written, ...read].map(({ peakMb }) => peakMb))
  report(
    'package',
    [
      atMost('50 agents with 20 MB of files, written and read, p50', round(percentile(ours, 0.5) / 1000), 's', 10),
      atMost('memory of the process at its peak', round(peak, 0), 'MB', 200),
      figure('its processor time, starting Node twice included', round(percentile(processor, 0.5) / 1000), 's'),
      figure('memory of a process that does nothing', round(idle.peakMb, 0), 'MB'),
      figure(
        'its time, in AES-GCM of the same bytes',
        round(percentile(ours, 0.5) / percentile(bare, 0.5), 1),
        'times',
      ),
    ],
    {
      writing: spread(written.map(({ ms }) => ms)),
      reading: spread(read.map(({ ms }) => ms)),
      bare: spread(bare),
      bytes: statSync(join(folder, 'gateway.cbpkg')).size,
    },
  )
  rmSync(folder, { recursive: true, force: true })
}
