import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { linesOfPublicLog } from '../../cli/audit/public-log.ts'
import { formatBundle } from '../../tlog/bundle.ts'
import { formatCheckpoint } from '../../tlog/checkpoint.ts'
import { verifyExport } from '../../tlog/export/verify.ts'
import { leafHash, nodeHash } from '../../tlog/hash.ts'
import { formatVerifierKey } from '../../tlog/note.ts'
import { tilePath, tileWidth } from '../../tlog/tiles.ts'
import { logOf, plainRoot } from '../tlog/growing-log.ts'
import { aSigningKey } from '../tlog/signing-key.ts'

const origin = 'log.example/audit/org_1'
const size = 700

/** A log of seven hundred leaves behind an address, as tlog-tiles lays it out. */
const aPublicLog = async () => {
  const { key, sign } = aSigningKey(origin)
  const leaves = Array.from({ length: size }, (_, at) =>
    JSON.stringify({ pl: { alg: 'HMAC-SHA-256', commit: 'c' }, seq: at + 1, v: 1 }),
  )
  const entries = leaves.map((leaf) => Buffer.from(leaf))
  const tiles = logOf(entries)
  const text = formatCheckpoint({ origin, size, root: plainRoot(entries.map(leafHash), nodeHash) })
  const files = new Map<string, Uint8Array | string>([
    ['/log/checkpoint', `${text}\n${sign(text)}`],
    ['/log/vkey', `${formatVerifierKey(key)}\n`],
    [`/log/${tilePath(1, 0, 2)}`, tiles(1, 0, 2)],
  ])
  for (let n = 0; n * tileWidth < size; n += 1) {
    const width = Math.min(tileWidth, size - n * tileWidth)
    files.set(`/log/${tilePath(0, n, width)}`, tiles(0, n, width))
    files.set(`/log/${tilePath('entries', n, width)}`, formatBundle(leaves.slice(n * tileWidth, n * tileWidth + width)))
  }
  let busy = 0
  const server = createServer((request, response) => {
    if (busy > 0) {
      busy -= 1
      return void response.writeHead(429, { 'retry-after': '1' }).end()
    }
    const file = files.get(request.url ?? '')
    response.writeHead(file === undefined ? 404 : 200).end(file)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  const verify = () => verifyExport(linesOfPublicLog(`http://127.0.0.1:${bound.port}/log`), { trusted: [key] })
  return { files, verify, refuse: (times: number) => (busy = times) }
}

test('a public log verifies without an account: signature, tree, every leaf', async () => {
  const { verify } = await aPublicLog()
  expect(await verify()).toMatchObject({ ok: true, events: size, origin, size })
})

test('a server that asks to wait is waited for', async () => {
  const { verify, refuse } = await aPublicLog()
  refuse(1)
  expect(await verify()).toMatchObject({ ok: true, events: size })
})

test.each([
  ['a leaf that was changed', 'tile/entries/001', 'hash'],
  ['a hash that was changed', 'tile/0/000', 'hash'],
  ['a signature that was changed', 'checkpoint', 'signature'],
])('%s is found', async (_, path, kind) => {
  const { files, verify } = await aPublicLog()
  const file = Buffer.from(files.get(`/log/${path}`) ?? '')
  const at = path === 'checkpoint' ? file.length - 10 : 40
  file[at] = file[at] === 0x41 ? 0x42 : 0x41
  files.set(`/log/${path}`, file)
  const report = await verify().catch((error: unknown) => ({ ok: false, faults: [{ kind: String(error) }] }))
  expect(report.ok).toBe(false)
  if (path !== 'tile/0/000') expect(report.faults.map((fault) => fault.kind)).toContain(kind)
})

test('a leaf that is missing, a tile that is missing, and a tile above that does not fit are found', async () => {
  const short = await aPublicLog()
  short.files.set('/log/tile/entries/001', formatBundle(['{}']))
  expect((await short.verify()).ok).toBe(false)
  const missing = await aPublicLog()
  missing.files.delete('/log/tile/entries/000')
  await expect(missing.verify()).rejects.toThrow('tile/entries/000 cannot be read: the address answers 404')
  const above = await aPublicLog()
  above.files.set('/log/tile/1/000.p/2', Buffer.alloc(64))
  await expect(above.verify()).rejects.toThrow('tile/1/000.p/2 is not what the leaves make')
})
