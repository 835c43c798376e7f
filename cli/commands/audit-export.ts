import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Command, Option } from 'commander'
import { exportFormats } from '../../worker/features/audit/export/contract.ts'
import { type Request, refusalOf, send, urlOf } from '../api/request.ts'
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
      const wanted = wantedOf(options)
      const body = Readable.fromWeb(await exportOf(await Session.open(process.env), wanted))
      await pipeline(body, out === undefined ? process.stdout : createWriteStream(out, { mode: 0o600 }))
    })
}

type Wanted = Pick<Request, 'path' | 'query'>
const wholeLog: Wanted = { path: '/audit/export' }

const wantedOf = ({ format, keyword, from, to, ...options }: ExportOptions): Wanted => {
  const filter = { ...filterOf(options), keyword, from, to }
  if (format) return { path: '/audit/events/export', query: { format, ...filter } }
  if (Object.values(filter).some((value) => value !== undefined))
    throw usage('A proof is of the whole sequence: choose a --format to export a part of it.')
  return wholeLog
}

/** The body of an export, as it arrives; of the whole log, if nothing else is wanted. */
export const exportOf = async (session: Session, { path, query }: Wanted = wholeLog) => {
  const answer = await send(urlOf(session.server, path, query), {
    headers: { authorization: await session.authorization() },
  })
  if (!answer.ok || !answer.body) throw await refusalOf(answer)
  return answer.body
}
