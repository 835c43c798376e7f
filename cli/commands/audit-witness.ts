import { once } from 'node:events'
import type { Command } from 'commander'
import { formatVerifierKey } from '../../tlog/note.ts'
import { witnessServer } from '../audit/witness/serve.ts'
import { openWitnessFolder } from '../audit/witness/state.ts'
import { trustedKeys } from '../audit/witness/trust.ts'
import { Failure, usage } from '../output/failure.ts'
import { note, plain, print } from '../output/output.ts'

interface WitnessOptions {
  listen: string
  state: string
  log: string[]
  name?: string
}

export function registerAuditWitness(audit: Command): void {
  audit
    .command('witness')
    .description('cosign the checkpoints of logs, so that none of them can show different people different pasts')
    .requiredOption('--state <folder>', 'where its key and what it has cosigned are kept; it must never be put back')
    .requiredOption('--log <log...>', 'verifier keys of the logs it trusts, or the URL of a log, asked once')
    .option('--listen <host:port>', 'where it listens', '127.0.0.1:7380')
    .option('--name <name>', 'the name of its key, a URL without a scheme; kept from the first time on')
    .action(async ({ listen, state, log, name }: WitnessOptions) => {
      const { host, port } = addressOf(listen)
      const folder = await openWitnessFolder(state, name)
      try {
        const server = witnessServer(folder, await trustedKeys(folder, log, tell), tell)
        server.listen(port, host)
        await once(server, 'listening').catch((error) => {
          throw new Failure(`Cannot listen on ${listen}: ${error instanceof Error ? error.message : String(error)}`)
        })
        print(formatVerifierKey(folder.cosigner.key))
        const bound = server.address()
        if (bound !== null && typeof bound !== 'string') tell(`listening on http://${host}:${bound.port}`)
        await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
        server.close()
        server.closeIdleConnections()
        await once(server, 'close')
      } finally {
        await folder.release()
      }
    })
}

const tell = (line: string): void => note(plain(line))

const addressOf = (listen: string): { host: string; port: number } => {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(listen) ?? []
  if (host === '' || Number(port) > 65_535) throw usage(`${listen} is no host and port.`)
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}
