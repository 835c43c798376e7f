import { openPackage } from '../../cbpkg/read.ts'
import { type NewEntry, type NewPackage, writePackage } from '../../cbpkg/write.ts'

export const passphrase = 'correct horse battery staple'

const utf8 = new TextEncoder()

/** An entry that gives its content in pieces of a given size. */
export const aFile = (path: string, content: Uint8Array | string, pieceSize = 1000): NewEntry => {
  const bytes = typeof content === 'string' ? utf8.encode(content) : content
  const [top, agent = '', rest = ''] = path.split('/')
  const placed =
    top === 'global'
      ? ({ section: 'models', agent: null } as const)
      : ({ section: rest === 'workspace' ? 'workspace_files' : 'identity', agent } as const)
  return {
    path,
    ...placed,
    size: bytes.length,
    *open() {
      for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize)
    },
  }
}

export const aPackage = (given: Partial<NewPackage> = {}): NewPackage => {
  const entries = given.entries ?? [aFile('global/models.json', '{}'), aFile('agents/main/workspace/SOUL.md', 'I am.')]
  const agents = [...new Set(entries.flatMap(({ agent }) => agent ?? []))].map((id) => ({ id, name: id.toUpperCase() }))
  return {
    passphrase,
    intent: 'backup',
    secrets: true,
    source: { product: 'clawbutler test', gateway: null },
    agents,
    placeholders: [],
    removed: [],
    missing: [],
    logN: 10,
    entries,
    ...given,
  }
}

export const collect = async (pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> => {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return new Uint8Array(Buffer.concat(all))
}

export const fileOf = async (given: Partial<NewPackage> = {}): Promise<Uint8Array<ArrayBuffer>> =>
  collect((await writePackage(aPackage(given))).bytes)

/** A file in pieces of a given size, and whether it was let go of. */
export const source = (bytes: Uint8Array, pieceSize = 4096) => {
  const state = { taken: 0, closed: false }
  const pieces = (async function* () {
    try {
      for (; state.taken < bytes.length; state.taken += pieceSize)
        yield bytes.subarray(state.taken, state.taken + pieceSize)
    } finally {
      state.closed = true
    }
  })()
  return { pieces, state }
}

export const readAll = async (bytes: Uint8Array, given = passphrase, pieceSize = 4096) => {
  const opened = await openPackage(source(bytes, pieceSize).pieces, given)
  const contents: Record<string, string> = {}
  for await (const { entry, content } of opened.entries())
    contents[entry.path] = Buffer.from(await collect(content)).toString('base64')
  return { ...opened, contents }
}
