import { createHash, randomBytes } from 'node:crypto'
import { open, rename, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Artifact } from '../../../../worker/features/artifacts/contract.ts'
import { refusalOf, send, urlOf } from '../../../api/request.ts'
import { Session } from '../../../api/session.ts'
import { Failure, usage } from '../../../output/failure.ts'
import { version } from '../../../version.ts'
import { type JsonOption, showOne, withJson } from '../../json-option.ts'

const downloadWithinMs = 30 * 60_000
type Options = JsonOption & { out?: string; force?: boolean }

export function registerPull(artifact: Command): void {
  const pull = artifact
    .command('pull')
    .description('fetch a stored package into a file, encrypted as it is')
    .argument('<id>', 'its id (art_…)')
    .option('--out <file>', 'where it goes (default <id>.cbpkg)')
    .option('--force', 'replace a file that is there')
  withJson(pull).action(async (id: string, { out, force, ...options }: Options) => {
    const file = resolve(out ?? `${id}.cbpkg`)
    if (!force && (await stat(file).catch(() => null))) throw usage(`${file} is there already; --force replaces it.`)
    const session = await Session.open(process.env)
    const { size, sha256, connectorName } = await session.get(`/artifacts/${encodeURIComponent(id)}`, Artifact)
    if (sha256 === null) throw new Failure('Nothing is stored of it.')
    await download(session, id, file, sha256)
    showOne(options, { file, size, sha256 }, { file, connector: connectorName, bytes: size, sha256 })
  })
}

/** The whole file is there, readable by its owner only and with the digest that was stored, or none. */
async function download(session: Session, id: string, file: string, sha256: string): Promise<void> {
  const answer = await send(urlOf(session.server, `/artifacts/${encodeURIComponent(id)}/content`), {
    headers: { authorization: await session.authorization(), 'user-agent': `clawbutler/${version}` },
    redirect: 'error',
    signal: AbortSignal.timeout(downloadWithinMs),
  })
  if (!answer.ok) throw await refusalOf(answer)
  if (!answer.body) throw new Failure('The server answered without a file.')
  const temporary = `${file}.${randomBytes(4).toString('hex')}.tmp`
  const hash = createHash('sha256')
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      for await (const piece of answer.body) {
        hash.update(piece)
        await handle.writeFile(piece)
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (hash.digest('hex') !== sha256) throw new Failure('What came is not what was stored. Nothing was written.')
    await rename(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
}
