import { type Command, Option } from 'commander'
import {
  AuditStream,
  batchSizeMax,
  CreatedStream,
  RotatedSecret,
  StreamList,
  streamBodies,
  streamFormats,
  streamKinds,
  TestedStream,
} from '../../worker/features/audit/streams/contract.ts'
import { Session } from '../api/session.ts'
import { Failure, usage } from '../output/failure.ts'
import { note, plain, print, printJson } from '../output/output.ts'
import { type FilterOptions, filterOf, sequence, withFilter } from './audit-filter.ts'
import { agreed } from './confirm.ts'
import { type JsonOption, showList, withJson } from './json-option.ts'
import { count } from './pages.ts'

const pathOf = (id: string) => `/audit/streams/${encodeURIComponent(id)}`

export function registerAuditStreams(audit: Command): void {
  const streams = audit.command('streams').description('where events of the audit are sent: webhooks, Splunk, a SIEM')
  withJson(streams.command('list').description('list streams, and how far each is')).action(list)
  registerCreate(streams)
  registerChange(streams)
  for (const [verb, what] of [
    ['pause', 'send no more until it is resumed'],
    ['resume', 'go on where it was'],
  ] as const)
    withJson(streams.command(verb).description(what).argument('<id>')).action(
      async (id: string, options: JsonOption) => {
        const session = await Session.open(process.env)
        tell(options, await session.post(`${pathOf(id)}/${verb}`, AuditStream))
      },
    )
  withJson(
    streams
      .command('replay')
      .description('send again from an event on')
      .argument('<id>')
      .requiredOption('--from <seq>', 'the first event to send again', sequence),
  ).action(async (id: string, { from, ...options }: JsonOption & { from: number }) => {
    const session = await Session.open(process.env)
    tell(options, await session.post(`${pathOf(id)}/replay`, AuditStream, { from }))
  })
  withJson(
    streams
      .command('test')
      .description('send a message without events, now; fails if it is not taken')
      .argument('<id>'),
  ).action(async (id: string, options: JsonOption) => {
    const tested = await (await Session.open(process.env)).post(`${pathOf(id)}/test`, TestedStream)
    if (options.json) printJson(tested)
    else note(plain(`Answered ${tested.outcome} in ${tested.durationMs} ms.`))
    if (!tested.ok) throw new Failure('The receiver did not take it.')
  })
  withJson(
    streams
      .command('rotate-secret')
      .description('a new signing secret for a webhook; for a day the one before signs as well')
      .argument('<id>'),
  ).action(async (id: string, options: JsonOption) => {
    const session = await Session.open(process.env)
    const rotated = await session.post(`${pathOf(id)}/rotate-secret`, RotatedSecret)
    if (options.json) return printJson(rotated)
    note('The new signing secret; it is not shown again:')
    print(rotated.secret)
  })
  streams
    .command('remove')
    .description('send no more, and forget how far it was')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .action(async (id: string, { yes }: { yes?: boolean }) => {
      const session = await Session.open(process.env)
      await agreed('Remove the stream?', yes ?? false)
      await session.delete(pathOf(id))
      note('Removed.')
    })
}

type CreateOptions = JsonOption &
  FilterOptions & {
    kind: (typeof streamKinds)[number]
    format: (typeof streamFormats)[number]
    body: (typeof streamBodies)[number]
    header: string
    from: string
  }

const registerCreate = (streams: Command): void => {
  const command = streams
    .command('create')
    .description('set up a stream; the credential of splunk and http is read from CLAWBUTLER_STREAM_CREDENTIAL')
    .argument('<name>')
    .argument('<url>')
    .addOption(new Option('--kind <kind>').choices(streamKinds).default('webhook'))
    .addOption(new Option('--format <format>').choices(streamFormats).default('clawbutler'))
    .addOption(new Option('--body <body>', 'of http').choices(streamBodies).default('lines'))
    .option('--header <name>', 'of http: where the credential goes', 'Authorization')
    .option('--from <begin>', 'now, beginning, or the number of an event', 'now')
  withJson(withFilter(command)).action(create)
}

async function create(name: string, url: string, options: CreateOptions): Promise<void> {
  const { kind, format, body, header, from } = options
  const credential = process.env.CLAWBUTLER_STREAM_CREDENTIAL
  if (kind !== 'webhook' && !credential) throw usage('CLAWBUTLER_STREAM_CREDENTIAL is not set.')
  const destination =
    kind === 'webhook'
      ? { kind, url }
      : kind === 'splunk'
        ? { kind, url, token: credential }
        : { kind, url, body, headerName: header, headerValue: credential }
  const begin = from === 'now' || from === 'beginning' ? from : sequence(from)
  const session = await Session.open(process.env)
  const wanted = { name, destination, format, filter: filterOf(options), from: begin }
  const created = await session.post('/audit/streams', CreatedStream, wanted)
  if (options.json) return printJson(created)
  note(plain(`${created.stream.id} is set up.`))
  if (created.secret === null) return
  note('Its signing secret; it is not shown again:')
  print(created.secret)
}

type ChangeOptions = JsonOption &
  FilterOptions & {
    name?: string
    url?: string
    format?: (typeof streamFormats)[number]
    body?: (typeof streamBodies)[number]
    header?: string
    batch?: number
    credential?: boolean
    everything?: boolean
  }

const registerChange = (streams: Command): void => {
  const command = streams
    .command('change')
    .description('change a stream; what is not named stays, a filter is named as a whole')
    .argument('<id>')
    .option('--name <name>')
    .option('--url <url>')
    .addOption(new Option('--format <format>').choices(streamFormats))
    .addOption(new Option('--body <body>', 'of http').choices(streamBodies))
    .option('--header <name>', 'of http: where the credential goes')
    .option('--batch <count>', `events at once, at most ${batchSizeMax}`, count)
    .option('--credential', 'send the one in CLAWBUTLER_STREAM_CREDENTIAL from now on')
    .addOption(
      new Option('--everything', 'without a filter').conflicts(['agent', 'connector', 'type', 'risk', 'trace']),
    )
  withJson(withFilter(command)).action(change)
}

async function change(id: string, options: ChangeOptions): Promise<void> {
  const { name, url, format, body, header, batch, everything } = options
  const credential = options.credential ? process.env.CLAWBUTLER_STREAM_CREDENTIAL : undefined
  if (options.credential && !credential) throw usage('CLAWBUTLER_STREAM_CREDENTIAL is not set.')
  const filter = Object.fromEntries(Object.entries(filterOf(options)).filter(([, value]) => value !== undefined))
  const isFiltered = everything || Object.keys(filter).length > 0
  const named = { name, url, format, body, headerName: header, batchSize: batch, ...(isFiltered && { filter }) }
  const session = await Session.open(process.env)
  const { kind, version } = await session.get(pathOf(id), AuditStream)
  if (credential && kind === 'webhook') throw usage('A webhook has a secret of ours: use rotate-secret.')
  const secret = credential && { [kind === 'splunk' ? 'token' : 'headerValue']: credential }
  const wanted = Object.fromEntries(Object.entries({ ...named, ...secret }).filter(([, value]) => value !== undefined))
  if (Object.keys(wanted).length === 0) throw usage('Say what to change, such as --name or --url.')
  const headers = { 'if-match': `"${version}"` }
  tell(options, await session.write('PATCH', pathOf(id), AuditStream, wanted, { headers }))
}

async function list(options: JsonOption): Promise<void> {
  const { items } = await (await Session.open(process.env)).get('/audit/streams', StreamList)
  const columns = {
    id: (stream: AuditStream) => stream.id,
    name: (stream: AuditStream) => stream.name,
    kind: (stream: AuditStream) => stream.kind,
    state: ({ state, failingReason }: AuditStream) => (failingReason ? `${state}: ${failingReason}` : state),
    behind: ({ progress }: AuditStream) => progress.behind,
    'last delivery': ({ progress }: AuditStream) => progress.lastDeliveredAt,
    error: ({ progress }: AuditStream) => progress.lastError,
  }
  showList(options, items, columns, 'No streams yet. Create one: clawbutler audit streams create <name> <url>')
}

const tell = (options: JsonOption, stream: AuditStream): void => {
  if (options.json) printJson(stream)
  else note(plain(`${stream.name} is ${stream.state}, ${stream.progress.behind} events behind.`))
}
