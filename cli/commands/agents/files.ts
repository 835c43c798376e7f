import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { AgentFile, FileChanged } from '../../../worker/features/agents/files/contract.ts'
import { Freshness } from '../../../worker/features/agents/live/contract.ts'
import { answers } from '../../../worker/features/connectors/link/questions/contract.ts'
import { Session } from '../../api/session.ts'
import { Failure, usage } from '../../output/failure.ts'
import { plain, print, printJson } from '../../output/output.ts'
import { type JsonOption, showList, withJson } from '../json-option.ts'
import { showFile } from '../show-file.ts'
import { noteAge, pathOf, slow } from './path.ts'

const FilesAnswer = answers['files.list'].extend({ freshness: Freshness })
const fileOf = (id: string, name: string) => `${pathOf(id)}/files/${encodeURIComponent(name)}`

export function registerAgentFiles(agents: Command): void {
  const files = agents.command('files').description('the files that the gateway keeps for an agent')
  withJson(files.command('list').description('list them').argument('<id>')).action(
    async (id: string, options: JsonOption) => {
      const found = await (await Session.open(process.env)).get(`${pathOf(id)}/files`, FilesAnswer)
      noteAge(found.freshness)
      type Row = (typeof found.files)[number]
      const columns = {
        name: (file: Row) => file.name,
        bytes: (file: Row) => (file.isMissing ? 'missing' : file.sizeBytes),
        changed: (file: Row) => file.updatedAt,
      }
      showList(options, found.files, columns, 'The gateway keeps no files for it.')
    },
  )

  withJson(
    files
      .command('get')
      .description('print a file')
      .argument('<id>')
      .argument('<name>', 'such as AGENTS.md')
      .option('--out <file>', 'write it there instead of printing it'),
  ).action(async (id: string, name: string, options: JsonOption & { out?: string }) => {
    await showFile(name, await (await Session.open(process.env)).get(fileOf(id, name), AgentFile), options)
  })

  withJson(
    files
      .command('put')
      .description('replace a file by one of this machine')
      .argument('<id>')
      .argument('<name>', 'such as AGENTS.md')
      .argument('<file>')
      .option(
        '--expect <hash>',
        'SHA-256 of the file that it takes the place of, or none; what is there now by default',
      ),
  ).action(async (id: string, name: string, from: string, { expect, ...options }: JsonOption & { expect?: string }) => {
    const content = await readFile(from, 'utf8').catch(() => {
      throw usage(`${from} cannot be read.`)
    })
    const session = await Session.open(process.env)
    const expectedHash = expect ?? (await session.get(fileOf(id, name), AgentFile)).hash
    const body = { content, expectedHash: expectedHash === 'none' ? null : expectedHash }
    const { change, file } = await session.write('PUT', fileOf(id, name), FileChanged, body, slow)
    if (options.json) return printJson({ change, file })
    if (!file) throw new Failure(`The gateway has not answered yet: change ${change.id}.`)
    print(plain(`Confirmed by the gateway: ${name} is ${file.hash}`))
  })
}
