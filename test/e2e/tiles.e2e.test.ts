import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ConsistencyProof, InclusionProof, LogState } from '../../worker/features/audit/log/contract.ts'
import { PublicAddress } from '../../worker/features/audit/public/contract.ts'
import { installGo, runGo } from '../support/go.ts'
import { type Client, ownerEnv, signIn, until } from '../support/product/client.ts'
import { runCommand } from '../support/product/command.ts'
import { type Server, startServer } from '../support/product/server.ts'

/**
 * A log with three levels of tiles before a reader that nobody here wrote: golang.org/x/mod/sumdb reads all of it over HTTP, by
 * the address that strangers are given and by that of the members.
 */

const hasGo = installGo(console.log)
const reader = join(import.meta.dirname, '../tlog/reader/main.go')
/** One full tile of level 1, a ragged one beside it, and ragged ones on level 0 and 2. */
const events = 65_536 + 256 + 20

let server: Server
let client: Client
let address: string

/** Rows as the log makes them, behind those that it has; the product is not running meanwhile. */
const fill = (stateDir: string): void => {
  const folder = join(stateDir, 'data/do/clawbutler-AuditLog')
  const [file = ''] = readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))
  const database = new DatabaseSync(join(folder, file))
  const Last = z.object({ last: z.number(), leaves: z.string(), payloads: z.string(), salts: z.instanceof(Uint8Array) })
  const { last, ...segment } = Last.parse(database.prepare('SELECT * FROM segments ORDER BY first DESC LIMIT 1').get())
  const [leaf, payload] = [segment.leaves, segment.payloads].map((lines) => lines.split('\n').at(-1) ?? '')
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(leaf ?? ''))
  const insert = database.prepare(
    `INSERT INTO segments (first, last, recorded_at, leaves, hashes, payloads, salts, keys)
     VALUES (?1, ?1, 0, ?2, ?3, ?4, ?5, '[]')`,
  )
  database.exec('BEGIN')
  for (let seq = last + 1; seq <= events; seq += 1) {
    const own = `evt_${String(seq).padStart(26, '0')}`
    const filled = (leaf ?? '').replace(id, own).replace(`"seq":${last},`, `"seq":${seq},`)
    const hash = createHash('sha256').update(Uint8Array.of(0)).update(filled).digest()
    insert.run(seq, filled, hash, payload ?? '', segment.salts.slice(-32))
  }
  database.exec('COMMIT')
  database.close()
}

const stateOf = () => client.get(LogState, '/audit/log')
const keysOf = async () => (await stateOf()).keys.map(({ vkey }) => vkey)
/** What the reader says of the log there, whose keys it knows. */
const read = async (asked: { Base: string; Authorization?: string; Keys: string[] } & Record<string, unknown>) =>
  (await runGo(reader, JSON.stringify([asked])))[0]

beforeAll(async () => {
  const first = await startServer({ env: ownerEnv })
  client = await signIn(first.url)
  await until('the first checkpoint', async () => (await stateOf()).size > 0)
  await first.stop()
  fill(first.stateDir)
  server = await startServer({ stateDir: first.stateDir, env: ownerEnv })
  client = await signIn(server.url)
  const opened = await fetch(`${server.url}/api/v1/audit/public-address`, {
    method: 'PUT',
    headers: { authorization: await client.authorization(), 'content-type': 'application/json' },
    body: JSON.stringify({ open: true }),
  })
  const { url } = PublicAddress.parse(await opened.json())
  address = `${server.url}${new URL(url ?? '').pathname}`
  await until('all is signed', async () => {
    const { head, size } = await stateOf()
    return size > events && size === head
  })
})

afterAll(() => server.stop())

describe.skipIf(!hasGo)('golang.org/x/mod/sumdb', () => {
  test('reads every tile of three levels and every entry at the public address, and makes the same proofs of them', async () => {
    const { size } = await stateOf()
    const [records, trees] = await Promise.all([
      Promise.all(
        [1, 256, 257, 65_536, 65_537, 65_793, size].map((seq) =>
          client.get(InclusionProof, `/audit/proofs/inclusion?seq=${seq}&size=${size}`),
        ),
      ),
      Promise.all(
        [1, 255, 256, 65_535, 65_536, 65_600, size - 1].map((from) =>
          client.get(ConsistencyProof, `/audit/proofs/consistency?from=${from}&to=${size}`),
        ),
      ),
    ])
    const Records = Object.fromEntries(records.map(({ index, proof }) => [index, proof]))
    const Trees = Object.fromEntries(trees.map(({ from, proof }) => [from, proof]))
    const asked = { Base: address, Keys: await keysOf(), Records, Trees }
    expect(await read(asked)).toBe(`ok ${size} ${257 + (size % 256)} 2 1`)
    const wrong = { ...Records, 0: records[1]?.proof }
    expect(await read({ ...asked, Records: wrong })).toContain('the proof of 0')
  }, 300_000)

  test('reads the same where its members do, with both keys after a rotation, and with either', async () => {
    const before = await keysOf()
    await client.post(LogState, '/audit/log/keys', {})
    const after = await keysOf()
    expect(after.slice(1)).toEqual(before)
    const { size } = await until('the rotation is signed', async () => {
      const state = await stateOf()
      return state.size === state.head && state
    })
    const member = { Base: `${server.url}/api/v1/audit/log`, Authorization: await client.authorization() }
    expect(await read({ ...member, Keys: after })).toMatch(new RegExp(`^ok ${size} `))
    for (const key of after) expect(await read({ Base: address, Keys: [key] })).toMatch(new RegExp(`^ok ${size} `))
  }, 300_000)
})

test('the command line verifies the same address with the first key alone', async () => {
  const [first = ''] = (await keysOf()).toReversed()
  const home = { HOME: join(server.stateDir, 'stranger') }
  const { code, stdout } = await runCommand(['audit', 'verify', '--url', address, '--key', first, '--json'], home)
  expect([code, JSON.parse(stdout).events]).toEqual([0, (await stateOf()).size])
}, 120_000)
