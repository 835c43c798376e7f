import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { parseVerifierKey } from '../../tlog/note.ts'
import { refusalOf, send, urlOf } from '../api/request.ts'
import { Session } from '../api/session.ts'
import { linesOfBody, linesOfFile } from '../audit/read-lines.ts'
import { type Verified, verifyLog } from '../audit/verify.ts'
import { Failure, usage } from '../output/failure.ts'
import { facts, note, plain, print, printJson } from '../output/output.ts'
import { type JsonOption, withJson } from './json-option.ts'

type VerifyOptions = JsonOption & { key?: string[] }

export function registerAuditLog(audit: Command): void {
  audit
    .command('export')
    .description('write the whole audit sequence, with what proves it')
    .option('--out <file>', 'a file; without it, standard output')
    .action(async ({ out }: { out?: string }) => {
      const body = Readable.fromWeb(await exportOf(await Session.open(process.env)))
      await pipeline(body, out === undefined ? process.stdout : createWriteStream(out, { mode: 0o600 }))
    })
  withJson(
    audit
      .command('verify')
      .description('check the whole audit sequence without trusting the server: every leaf, the tree, the signatures')
      .argument('[file]', 'an export; without it, the sequence is fetched from the server')
      .option('--key <keys...>', 'verifier keys that you know from elsewhere'),
  ).action(async (file: string | undefined, { key = [], ...options }: VerifyOptions) => {
    const given = key.map((text) => {
      const parsed = parseVerifierKey(text)
      if (!parsed) throw usage(`${text} is no verifier key.`)
      return parsed
    })
    const lines = file === undefined ? linesOfBody(await exportOf(await Session.open(process.env))) : linesOfFile(file)
    const report = await verifyLog(process.env, lines, { given, progress: tellProgress })
    if (options.json) printJson({ ...report, root: report.root && Buffer.from(report.root).toString('base64') })
    else tell(report)
    if (!report.ok) throw new Failure('The log does not verify.')
  })
}

const exportOf = async (session: Session) => {
  const answer = await send(urlOf(session.server, '/audit/export'), {
    headers: { authorization: await session.authorization() },
  })
  if (!answer.ok || !answer.body) throw await refusalOf(answer)
  return answer.body
}

const tellProgress = (events: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${events} events`)
}

const tell = (report: Verified): void => {
  if (process.stderr.isTTY) process.stderr.write('\n')
  print(
    facts({
      log: report.origin,
      events: report.events,
      erased: report.erased,
      'signed by': report.signedBy.join(', ') || null,
      'keys from': report.keysFrom,
      'seen before': report.seenBefore === null ? 'never' : `${report.seenBefore} events`,
      verified: report.ok ? 'yes: nothing was changed, removed or put in' : 'NO',
    }),
  )
  for (const { kind, seq, detail } of report.faults)
    print(plain(`  ${kind}${seq === null ? '' : ` at ${seq}`}: ${detail}`))
  if (report.ok && report.keysFrom === 'the export itself')
    note(
      'The keys are the export’s own. Compare them with what the log’s owner has published; from now on they are remembered.',
    )
}
