import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Command, Option } from 'commander'
import { exportFormats } from '../../worker/features/audit/export/contract.ts'
import { refusalOf, send, urlOf } from '../api/request.ts'
import { Session } from '../api/session.ts'
import { usage } from '../output/failure.ts'
import { type FilterOptions, filterOf, moment, withFilter } from './audit-filter.ts'

type ExportOptions = FilterOptions & {
  format?: (typeof exportFormats)[number]
  keyword?: string
  from?: string
  to?: string
  out?: string
}

export function registerAuditExport(audit: Command): void {
  const command = audit
    .command('export')
    .description('write what a search finds to a file; without a format, the whole sequence with what proves it')
    .addOption(new Option('--format <format>', 'what to write instead of the proof').choices(exportFormats))
  withFilter(command)
    .option('--keyword <words>', 'words, all of them')
    .option('--from <time>', 'ISO 8601, or how long ago: 90s, 2h, 7d', moment)
    .option('--to <time>', 'the same; the moment itself no longer belongs to it', moment)
    .option('-o, --out <file>', 'a file; without it, standard output')
    .action(async ({ out, ...options }: ExportOptions) => {
      const path = pathOf(options)
      const body = Readable.fromWeb(await exportOf(await Session.open(process.env), path))
      await pipeline(body, out === undefined ? process.stdout : createWriteStream(out, { mode: 0o600 }))
    })
}

const pathOf = ({ format, keyword, from, to, ...options }: ExportOptions): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...filterOf(options), keyword, from, to }))
    if (value !== undefined) query.set(name, value)
  if (!format && query.size > 0)
    throw usage('A proof is of the whole sequence: choose a --format to export a part of it.')
  if (!format) return '/audit/export'
  query.set('format', format)
  return `/audit/events/export?${query}`
}

/** The body of an export, as it arrives. */
export const exportOf = async (session: Session, path = '/audit/export') => {
  const answer = await send(urlOf(session.server, path), {
    headers: { authorization: await session.authorization() },
  })
  if (!answer.ok || !answer.body) throw await refusalOf(answer)
  return answer.body
}
