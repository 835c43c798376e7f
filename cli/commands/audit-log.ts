import type { Command } from 'commander'
import { type NoteKey, parseVerifierKey, type SignatureType, signatureTypes } from '../../tlog/note.ts'
import { Keeping } from '../../worker/features/audit/keeping/contract.ts'
import { LogState } from '../../worker/features/audit/log/contract.ts'
import { Session } from '../api/session.ts'
import { linesOfPublicLog } from '../audit/public-log.ts'
import { linesOfBody, linesOfFile } from '../audit/read-lines.ts'
import { type Verified, verifyLog } from '../audit/verify.ts'
import { Failure, usage } from '../output/failure.ts'
import { facts, note, plain, print, printJson } from '../output/output.ts'
import { exportOf } from './audit-export.ts'
import { type JsonOption, withJson } from './json-option.ts'

type VerifyOptions = JsonOption & { key?: string[]; url?: string; witness?: string[]; quorum?: number }

export function registerAuditLog(audit: Command): void {
  withJson(
    audit
      .command('archive')
      .description(
        'how the events are kept: what is archived, for how long, what is under hold, what is being restored',
      ),
  ).action(async (options: JsonOption) => {
    const keeping = await (await Session.open(process.env)).get('/audit/keeping', Keeping)
    if (options.json) printJson(keeping)
    else tellKeeping(keeping)
  })
  withJson(
    audit
      .command('rotate-key')
      .description('give the log another signing key; the present one vouches for it and signs beside it for 30 days'),
  ).action(async (options: JsonOption) => {
    const { keys } = await (await Session.open(process.env)).post('/audit/log/keys', LogState)
    if (options.json) printJson(keys)
    else for (const { vkey, retiredAt } of keys) print(plain(`${retiredAt === null ? 'signs' : 'retired'}  ${vkey}`))
  })
  withJson(
    audit
      .command('verify')
      .description('check the whole audit sequence without trusting the server: every leaf, the tree, the signatures')
      .argument('[file]', 'an export; without it, the sequence is fetched from the server')
      .option('--url <address>', 'the public address of a log, instead: leaves and hashes, without an account')
      .option('--key <keys...>', 'verifier keys that you know from elsewhere')
      .option('--witness <keys...>', 'verifier keys of witnesses whose cosignatures count')
      .option('--quorum <count>', 'how many of these have to have cosigned it; all when it is left out', quorumOf),
  ).action(async (file: string | undefined, { key = [], url, witness = [], quorum, ...options }: VerifyOptions) => {
    if (file !== undefined && url !== undefined) throw usage('Either a file or an address.')
    if (url !== undefined && !URL.canParse(url)) throw usage(`${url} is no address.`)
    const given = key.map((text) => keyOf(text, signatureTypes.ed25519, 'log'))
    const keys = witness.map((text) => keyOf(text, signatureTypes.cosignature, 'witness'))
    if (quorum !== undefined && quorum > keys.length) throw usage('--quorum asks for more witnesses than there are.')
    const witnesses = { keys, quorum: quorum ?? keys.length }
    const lines = await linesFrom(file, url)
    const report = await verifyLog(process.env, lines, { given, witnesses, progress: tellProgress })
    if (options.json) printJson({ ...report, root: report.root && Buffer.from(report.root).toString('base64') })
    else tell(report, { payloads: url === undefined })
    if (!report.ok) throw new Failure('The log does not verify.')
  })
}

const linesFrom = async (file: string | undefined, url: string | undefined): Promise<AsyncIterable<string>> => {
  if (url !== undefined) return linesOfPublicLog(url)
  return file === undefined ? linesOfBody(await exportOf(await Session.open(process.env))) : linesOfFile(file)
}

const quorumOf = (text: string): number => {
  if (!/^\d{1,2}$/.test(text)) throw usage(`${text} is no number of witnesses.`)
  return Number(text)
}

const keyOf = (text: string, type: SignatureType, whose: 'log' | 'witness'): NoteKey => {
  const parsed = parseVerifierKey(text)
  if (parsed?.type !== type) throw usage(`${text} is no verifier key of a ${whose}.`)
  return parsed
}

const days = (count: number | null): string => (count === null ? 'for ever' : `${count} days`)

const tellKeeping = ({ archive, retention, holds, restores }: Keeping): void => {
  const running = restores.filter(({ state }) => state === 'running')
  print(
    facts({
      'archived through': archive.archivedThrough,
      'to be archived': `${archive.waiting * 256} events`,
      'left search through': archive.trimmedThrough,
      size: `${archive.bytes} bytes`,
      'search keeps': days(retention.windowDays),
      'archive keeps': days(retention.archiveDays),
      holds:
        holds
          .filter(({ releasedAt }) => releasedAt === null)
          .map(({ name }) => name)
          .join(', ') || null,
      restoring: running.map(({ done, tiles }) => `${done} of ${tiles} tiles`).join(', ') || null,
      fault: archive.fault && `${archive.fault.path}: ${archive.fault.found}`,
    }),
  )
}

const tellProgress = (events: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${events} events`)
}

const witnessesOf = ({ witnessed }: Verified): string | null =>
  witnessed &&
  (witnessed.by.length === 0
    ? 'nobody'
    : `${witnessed.by.map(({ witness }) => witness).join(', ')} (${witnessed.size} events)`)

const tell = (report: Verified, { payloads }: { payloads: boolean }): void => {
  if (process.stderr.isTTY) process.stderr.write('\n')
  print(
    facts({
      log: report.origin,
      events: report.events,
      ...(payloads ? { erased: report.erased } : { payloads: 'not public: leaves and hashes were checked' }),
      'signed by': report.signedBy.join(', ') || null,
      'cosigned by': witnessesOf(report),
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
