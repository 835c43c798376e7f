import { setTimeout as wait } from 'node:timers/promises'
import { parseBundle } from '../../tlog/bundle.ts'
import { parseCheckpoint } from '../../tlog/checkpoint.ts'
import { type ExportedEvent, ExportHead, exportFormat } from '../../tlog/export/contract.ts'
import { hashLength, sameHash } from '../../tlog/hash.ts'
import { hex, parseNote } from '../../tlog/note.ts'
import { fullRoot, tilePath, tileWidth } from '../../tlog/tiles.ts'
import { send } from '../api/request.ts'
import { Failure } from '../output/failure.ts'

/** So many tiles are on their way while one is checked. */
const ahead = 4
const triesMax = 8

/**
 * A log behind a C2SP tlog-tiles address, as the lines of an export without payloads: each event has the leaf of its
 * entry bundle and the hash of its tile, so that whoever verifies holds one against the other. The tiles above are held
 * against the leaves at the end. Throws a Failure for what the address does not have.
 */
export async function* linesOfPublicLog(address: string): AsyncIterable<string> {
  const base = new URL(address.endsWith('/') ? address : `${address}/`)
  const checkpoint = await read(base, 'checkpoint').then(textOf)
  const keys = (await read(base, 'vkey').then(textOf)).trim().split('\n')
  const note = parseNote(checkpoint)
  const size = (note && parseCheckpoint(note.text)?.size) ?? 0
  yield JSON.stringify({ format: exportFormat, checkpoint, keys, ...(await beside(base)) } satisfies ExportHead)
  const roots: Uint8Array[] = []
  for await (const { n, width, bundle, hashes } of tilesOf(base, size)) {
    if (hashes.length !== width * hashLength) throw new Failure(`Tile ${n} has ${hashes.length} bytes.`)
    const leaves = parseBundle(bundle) ?? []
    for (let at = 0; at < Math.max(width, leaves.length); at += 1) {
      const hash = hex(hashes.subarray(at * hashLength, (at + 1) * hashLength))
      const seq = n * tileWidth + at + 1
      yield JSON.stringify({ seq, leaf: leaves[at] ?? '', hash, payload: null, salt: null } satisfies ExportedEvent)
    }
    if (width === tileWidth) roots.push(fullRoot(hashes))
  }
  await checkTilesAbove(base, roots)
}

/** What our logs tell beside what tlog-tiles names: how far they are witnessed, and by which keys later ones are vouched for. */
const beside = async (base: URL): Promise<Pick<ExportHead, 'witnessed' | 'successions'>> => {
  const [witnessed, successions] = await Promise.all(
    ['checkpoint?witnessed=true', 'successions'].map((path) => send(new URL(path, base), {})),
  )
  const said = successions?.ok ? await successions.json().catch(() => null) : await successions?.body?.cancel()
  const note = witnessed?.ok ? await witnessed.text() : void (await witnessed?.body?.cancel())
  return {
    ...(note !== undefined && { witnessed: note }),
    successions: ExportHead.shape.successions.safeParse(said).data ?? [],
  }
}

interface Tile {
  n: number
  width: number
  bundle: Uint8Array
  hashes: Uint8Array
}

/** Level 0 in order, read a little ahead. */
async function* tilesOf(base: URL, size: number): AsyncIterable<Tile> {
  const tileAt = async (n: number): Promise<Tile> => {
    const width = Math.min(tileWidth, size - n * tileWidth)
    const [bundle, hashes] = await Promise.all([
      read(base, tilePath('entries', n, width)),
      read(base, tilePath(0, n, width)),
    ])
    return { n, width, bundle, hashes }
  }
  const count = Math.ceil(size / tileWidth)
  const underway: Promise<Tile>[] = []
  for (let n = 0; n < count + ahead; n += 1) {
    if (n < count) {
      const tile = tileAt(n)
      // Told when its turn comes.
      tile.catch(() => {})
      underway.push(tile)
    }
    const next = n >= ahead || n >= count ? underway.shift() : undefined
    if (next) yield await next
  }
}

/** Each tile above level 0 has to hold the roots of the tiles below it. */
const checkTilesAbove = async (base: URL, below: Uint8Array[]): Promise<void> => {
  for (let level = 1, hashes = below; hashes.length > 0; level += 1) {
    const above: Uint8Array[] = []
    for (let n = 0; n * tileWidth < hashes.length; n += 1) {
      const expected = Buffer.concat(hashes.slice(n * tileWidth, (n + 1) * tileWidth))
      const path = tilePath(level, n, expected.length / hashLength)
      if (!sameHash(await read(base, path), expected)) throw new Failure(`${path} is not what the leaves make.`)
      if (expected.length === tileWidth * hashLength) above.push(fullRoot(expected))
    }
    hashes = above
  }
}

/** Waits as long as the server asks when it is too much for it. */
const read = async (base: URL, path: string): Promise<Uint8Array> => {
  for (let tries = 1; ; tries += 1) {
    const answer = await send(new URL(path, base), {})
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer())
    await answer.body?.cancel()
    if (answer.status !== 429 || tries === triesMax)
      throw new Failure(`${path} cannot be read: the address answers ${answer.status}.`)
    await wait(1_000 * Math.min(120, Number(answer.headers.get('retry-after')) || tries))
  }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
