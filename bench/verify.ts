import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { root } from '../cli/serve/root.ts'
import { parseCheckpoint } from '../tlog/checkpoint.ts'
import { parseNote } from '../tlog/note.ts'
import { PublicAddress } from '../worker/features/audit/public/contract.ts'
import { percentile, round, spread } from './support/figures.ts'
import { openLink, rosterOf, toolEvents } from './support/link.ts'
import { type Product, startProduct } from './support/product.ts'
import { atMost, figure, report } from './support/results.ts'

const events = 100_000
const rounds = 5
const run = promisify(execFile)
const Verified = z.object({ ok: z.literal(true), events: z.number() })

/**
 * The command line verifies a log of a hundred thousand events from its export, against hashing the same file once; and the
 * same log from its public address, whose hash tiles of two levels it reads as any verifier of others would.
 */
export const verify = async (): Promise<void> => {
  const product = await startProduct()
  const folder = mkdtempSync(join(tmpdir(), 'clawbutler-verify-'))
  const link = await openLink(product)
  await link.tell([rosterOf(1)], 1)
  await link.tell(toolEvents(events), 100)
  const file = join(folder, 'audit.jsonl')
  writeFileSync(file, await read(product, '/audit/export'))

  /** Everything a person waits for: the program's start, the file, the verdict. Each time as if for the first time. */
  const verified = async (...args: string[]): Promise<number> => {
    const env = { ...process.env, XDG_CONFIG_HOME: mkdtempSync(join(folder, 'home-')) }
    const startedAt = performance.now()
    const cli = [join(root, 'cli/bin.mjs'), 'audit', 'verify', ...args, '--json']
    const { stdout } = await run(process.execPath, cli, { env, maxBuffer: 2 ** 26 })
    const elapsed = performance.now() - startedAt
    if (Verified.parse(JSON.parse(stdout)).events < events) throw new Error('not all events were verified')
    return elapsed
  }
  const ours: number[] = []
  const hashing: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await verified(file))
    const startedAt = performance.now()
    createHash('sha256').update(readFileSync(file)).digest()
    hashing.push(performance.now() - startedAt)
  }
  const address = await openAddress(product)
  const size = parseCheckpoint(parseNote(await (await fetch(`${address}/checkpoint`)).text())?.text ?? '')?.size ?? 0
  const tile = new Uint8Array(await (await fetch(`${address}/tile/1/000`)).arrayBuffer())
  if (size < events || tile.length !== 8_192) throw new Error('the public address does not have the whole log')
  const fromAddress = await verified('--url', address)
  report(
    'verify',
    [
      atMost('100,000 events from an export, by the command line, p50', seconds(percentile(ours, 0.5)), 's', 5),
      figure('the same file hashed once', seconds(percentile(hashing, 0.5)), 's'),
      figure('the same log from its public address, within its limits', seconds(fromAddress), 's'),
    ],
    { export: spread(ours), hashing: spread(hashing), bytes: readFileSync(file).length },
  )
  rmSync(folder, { recursive: true, force: true })
  await product.stop()
}

const seconds = (ms: number): number => round(ms / 1_000)

const read = async ({ url, client }: Product, path: string): Promise<Buffer> => {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: await client.authorization() } })
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
  return Buffer.from(await answer.arrayBuffer())
}

const openAddress = async ({ url, client }: Product): Promise<string> => {
  const answer = await fetch(`${url}/api/v1/audit/public-address`, {
    method: 'PUT',
    headers: { authorization: await client.authorization(), 'content-type': 'application/json' },
    body: JSON.stringify({ open: true }),
  })
  const { url: address } = PublicAddress.parse(await answer.json())
  if (address === null) throw new Error('the address was not opened')
  return address
}
