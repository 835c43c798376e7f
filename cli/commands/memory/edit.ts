import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import { MemoryChanged } from '../../../worker/features/memory/contract.ts'
import { Session } from '../../api/session.ts'
import { Failure, usage } from '../../output/failure.ts'
import { note, plain, print, printJson } from '../../output/output.ts'
import { slow } from '../agents/path.ts'
import { type JsonOption, withJson } from '../json-option.ts'
import { fileOf, readMemory } from './paths.ts'

export function registerMemoryEdit(memory: Command): void {
  withJson(
    memory
      .command('edit')
      .description('change a file, or make a new one, in $EDITOR')
      .argument('<agent>')
      .argument('<path>', 'such as MEMORY.md or memory/2026-01-31.md')
      .option('--from <file>', 'take the content of this file instead'),
  ).action(async (agent: string, path: string, { from, ...options }: JsonOption & { from?: string }) => {
    const session = await Session.open(process.env)
    const file = await readMemory(session, agent, path)
    if (!from && file.redactions > 0)
      throw new Failure(`${plain(path)} has redacted passages: it can only be replaced as a whole, with --from.`)
    const content = from ? await contentOf(from) : await edited(path, file.content)
    if (content === file.content && !file.isMissing) return note('Nothing was changed.')
    const body = { content, expectedHash: file.hash }
    sayChanged(path, await session.write('PUT', fileOf(agent, path), MemoryChanged, body, slow), options)
  })
}

/** Says what became of a change; one that nobody answered yet is a failure. */
export function sayChanged(path: string, changed: MemoryChanged, options: JsonOption): void {
  if (options.json) {
    printJson(changed)
    return
  }
  if (!changed.file) throw new Failure(`The gateway has not answered yet: change ${changed.change?.id}.`)
  const { hash } = changed.file
  print(
    plain(hash === null ? `Confirmed by the gateway: ${path} is gone` : `Confirmed by the gateway: ${path} is ${hash}`),
  )
}

const contentOf = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch(() => {
    throw usage(`${file} cannot be read.`)
  })

/** What a person makes of a text in the editor of the environment. The copy is readable by its owner only, and removed. */
async function edited(path: string, content: string): Promise<string> {
  const editor = process.env.VISUAL || process.env.EDITOR
  if (!editor || !process.stdin.isTTY) throw usage('Set EDITOR and use a terminal, or give --from.')
  const folder = await mkdtemp(join(tmpdir(), 'clawbutler-memory-'))
  try {
    const copy = join(folder, basename(path))
    await writeFile(copy, content, { mode: 0o600 })
    const [command = editor, ...args] = editor.split(' ')
    const code = await new Promise((resolve, reject) => {
      spawn(command, [...args, copy], { stdio: 'inherit' })
        .on('error', reject)
        .on('exit', resolve)
    })
    if (code !== 0) throw new Failure('The editor failed; nothing was changed.')
    return await readFile(copy, 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
