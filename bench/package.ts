import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { type Measured, measured } from './package/command.ts'
import { aUsedGateway, wiped } from './package/gateway.ts'
import { percentile, round, spread } from './support/figures.ts'
import { atMost, figure, report } from './support/results.ts'

const rounds = 5
const run = promisify(execFile)
const Took = z.object({ ms: z.number() })

/** Fifty agents with 20 MB of files: the whole commands against a simulated gateway, beside AES-GCM of the same bytes. */
export const packageBench = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'clawbutler-package-'))
  const [file, passphraseFile] = [join(folder, 'gateway.cbpkg'), join(folder, 'passphrase')]
  writeFileSync(passphraseFile, 'a passphrase for the bench\n')
  const exported: Measured[] = []
  const imported: Measured[] = []
  const bare: number[] = []
  const bareOf = async (work: string): Promise<number> => {
    const script = join(import.meta.dirname, 'package/child.ts')
    const { stdout } = await run(process.execPath, [script, work, folder, join(folder, 'sealed')])
    return Took.parse(JSON.parse(stdout)).ms
  }
  let gateway = await aUsedGateway(folder)
  const artifact = (...args: string[]) => {
    const place = ['--gateway', gateway.url, '--gateway-token', gateway.token, '--state', join(folder, 'state')]
    return measured(folder, ['connector', 'artifact', ...args, ...place, '--passphrase-file', passphraseFile, '--json'])
  }
  // Once unmeasured: the very first start keeps what it has compiled.
  for (let index = -1; index < rounds; index += 1) {
    const wrote = await artifact('export', '--out', file, '--force')
    bare.push((await bareOf('seal')) + (await bareOf('open')))
    gateway = await wiped(gateway, folder)
    const read = await artifact('import', file, '--mode', 'exact_restore', '--yes', '--offline')
    if (index < 0) continue
    exported.push(wrote)
    imported.push(read)
  }
  await gateway.close()
  const p50 = (of: readonly Measured[], what: keyof Measured) =>
    percentile(
      of.map((each) => each[what]),
      0.5,
    )
  const seconds = (of: readonly Measured[], what: 'ms' | 'processorMs') => round(p50(of, what) / 1000)
  const peak = (of: readonly Measured[]) => round(Math.max(...of.map(({ peakMb }) => peakMb)), 0)
  report(
    'package',
    [
      atMost('export of 50 agents with 20 MB of files, the whole command, p50', seconds(exported, 'ms'), 's', 10),
      atMost('memory of the export at its peak (VmHWM)', peak(exported), 'MB', 200),
      atMost('import of it into a gateway that was wiped, p50', seconds(imported, 'ms'), 's', 10),
      atMost('memory of the import at its peak (VmHWM)', peak(imported), 'MB', 200),
      figure('processor time of the export, p50', seconds(exported, 'processorMs'), 's'),
      figure('processor time of the import, p50', seconds(imported, 'processorMs'), 's'),
      figure(
        'time of both, in AES-GCM of the same bytes',
        round((p50(exported, 'ms') + p50(imported, 'ms')) / percentile(bare, 0.5), 1),
        'times',
      ),
    ],
    {
      export: spread(exported.map(({ ms }) => ms)),
      import: spread(imported.map(({ ms }) => ms)),
      bare: spread(bare),
      bytes: statSync(file).size,
    },
  )
  rmSync(folder, { recursive: true, force: true })
}
