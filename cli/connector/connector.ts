import { join } from 'node:path'
import type { CommandGroup } from '../../worker/features/connectors/link/commands/contract.ts'
import type { FrameFromConnector } from '../../worker/features/connectors/link/contract.ts'
import { linkProtocol } from '../../worker/features/connectors/link/contract.ts'
import type { DiagnosticStep } from '../../worker/features/connectors/link/diagnosis/contract.ts'
import { Gateway } from '../gateway/gateway.ts'
import { loadIdentity } from '../gateway/identity.ts'
import { RosterBook } from '../gateway/management/roster-book.ts'
import { RunBook } from '../gateway/management/run-book.ts'
import { GatewayMemory } from '../gateway/memory.ts'
import { Stops } from '../gateway/stops/stops.ts'
import { Journal } from '../journal/journal.ts'
import type { Ending } from '../link/closing.ts'
import { Link } from '../link/link.ts'
import { makePrivateFolder } from '../profile/private-file.ts'
import { lockStateFolder } from '../state/lock.ts'
import { version } from '../version.ts'
import { Backups } from './backups/backups.ts'
import { PackageStore } from './backups/cloud.ts'
import { Commands } from './commands.ts'
import { diagnose } from './doctor/diagnose.ts'

export type ConnectorOptions = {
  server: string
  token: string
  gateway: string
  gatewayToken: string | null
  stateDir: string
  groups: readonly CommandGroup[]
  /** With it the cloud may ask for backups, which are encrypted under what it holds. */
  backupPassphraseFile?: string | null
  /** What the connector calls itself at the gateway. */
  name: string | null
  journalBytesMax: number
  say: (line: string) => void
  /** Called after each welcome, with the name the cloud knows this connector by. */
  onWelcome?: (name: string) => Promise<void>
  env?: NodeJS.ProcessEnv
  heartbeatMs?: number
  journalRetryMs?: number
}

/** Gateway, journal and link as one: what the gateway says goes to disk, from disk to the cloud, and decisions back. */
export class Connector {
  readonly #options: ConnectorOptions
  readonly #unlock: () => Promise<void>
  readonly #stops: Stops
  readonly journal: Journal
  readonly gateway: Gateway
  readonly link: Link

  private constructor(options: ConnectorOptions, unlock: () => Promise<void>, parts: Parts) {
    this.#options = options
    this.#unlock = unlock
    this.#stops = parts.stops
    this.journal = parts.journal
    this.gateway = parts.gateway(this)
    this.link = parts.link(this)
  }

  /** Takes the state folder and opens what lies in it; throws `StateFolderBusy` when another process has it. */
  static async open(options: ConnectorOptions): Promise<Connector> {
    const { stateDir, say } = options
    await makePrivateFolder(stateDir)
    const unlock = await lockStateFolder(stateDir)
    try {
      const identity = await loadIdentity(stateDir)
      const memory = await GatewayMemory.open(stateDir)
      const journal = await Journal.open(join(stateDir, 'journal'), {
        bytesMax: options.journalBytesMax,
        ...(options.journalRetryMs ? { retryMs: options.journalRetryMs } : {}),
        onFull: (reason) => {
          say(
            `THE JOURNAL IS FULL: ${reason}. Nothing is read from the gateway until there is room; no event is dropped.`,
          )
          connector?.gateway.hold('The journal on disk is full; the gateway is left until there is room.')
        },
        onRoom: () => {
          say('The journal has room again; going on.')
          connector?.gateway.release()
        },
      })
      let connector: Connector | null = null
      const stops = new Stops({
        stateDir,
        session: () => connector?.gateway.live?.session ?? null,
        tell: (frame) => connector?.link.tell(frame),
        append: (draft) => journal.append(draft),
        say,
      })
      await stops.start()
      connector = new Connector(options, unlock, {
        stops,
        journal,
        gateway: (self) =>
          new Gateway({
            url: options.gateway,
            token: options.gatewayToken,
            stateDir,
            identity,
            memory,
            groups: options.groups,
            displayName: options.name ? `ClawButler (${options.name.slice(0, 60)})` : 'ClawButler connector',
            append: (draft) => journal.append(draft),
            waitingBytes: () => journal.waitingBytes,
            onState: () => self.#tellGatewayState(),
            stops: options.groups.includes('stop') ? stops : null,
            say,
            env: options.env ?? process.env,
          }),
        link: (self) => {
          const commands = new Commands({
            groups: options.groups,
            live: () => self.gateway.live,
            diagnose: (told) => self.diagnose(told),
            tell: (frame) => self.link.tell(frame),
            manage: { known: secretsOf(options), book: new RunBook(stateDir), made: new RosterBook(stateDir) },
            stops,
            backups: backupsOf(options),
          })
          return new Link({
            server: options.server,
            token: options.token,
            journal,
            hello: () => self.#hello(),
            onWelcome: (welcome) => self.#welcomed(welcome.connectorId, welcome.name),
            onCommand: (command, cloudNow) => commands.carryOut(command, cloudNow),
            say,
            ...(options.heartbeatMs ? { heartbeatMs: options.heartbeatMs } : {}),
          })
        },
      })
      return connector
    } catch (error) {
      await unlock()
      throw error
    }
  }

  /** Works until `stop`, or until the cloud says that coming back is useless; then the ending says why. */
  async run(): Promise<Extract<Ending, { kind: 'stop' }> | null> {
    this.gateway.start()
    return this.link.run()
  }

  /** Ends in order: the gateway first, so that its last word is journaled; unsent events stay on disk. */
  async stop(): Promise<void> {
    this.#stops.stop()
    await this.gateway.stop()
    this.link.stop()
    await this.journal.close()
    await this.#unlock()
  }

  /** Checks each link of the chain in turn; `told` hears each step as it ends. */
  diagnose(told?: (step: DiagnosticStep) => void): Promise<DiagnosticStep[]> {
    const { server, gateway: gatewayUrl, stateDir, groups, journalBytesMax } = this.#options
    const { journal, gateway, link } = this
    const context = { server, gatewayUrl, stateDir, groups, journalBytesMax, journal, gateway, link: link.state }
    return diagnose(context, told)
  }

  #hello(): FrameFromConnector {
    const { connected, version: runtimeVersion, bootId, scopes } = this.gateway.state
    return {
      kind: 'hello',
      protocols: [linkProtocol],
      version,
      runtime: { kind: 'openclaw', connected, version: runtimeVersion, bootId, scopes: scopes.slice(0, 50) },
      groups: [...this.#options.groups],
      journal: {
        id: this.journal.id,
        firstUnacknowledged: this.journal.firstUnacknowledged,
        next: this.journal.next,
      },
      clock: new Date().toISOString(),
      platform: `${process.platform} ${process.arch}, Node ${process.versions.node}`,
    }
  }

  async #welcomed(connectorId: string, name: string): Promise<void> {
    const { journal } = this
    if (journal.connectorId !== null && journal.connectorId !== connectorId) {
      throw new Error(
        'The state folder holds events of another connector, which must not reach this one. Use another --state folder.',
      )
    }
    if (journal.connectorId === null) await journal.bindTo(connectorId)
    this.#options.say(`Connected to ${this.#options.server} as ${name}.`)
    await this.#options.onWelcome?.(name)
    // What changed between hello and welcome has been told to nobody.
    setImmediate(() => {
      this.#tellGatewayState()
      void this.#stops.welcomed()
    })
  }

  #tellGatewayState(): void {
    const { connected, version: runtimeVersion, bootId, detail } = this.gateway.state
    this.link.tell({
      kind: 'gateway',
      connected,
      version: runtimeVersion,
      bootId,
      detail: detail?.slice(0, 4_000) ?? null,
    })
  }
}

/** What must never leave this machine, whatever it stands in. */
const secretsOf = ({ token, gatewayToken }: ConnectorOptions): string[] =>
  [token, gatewayToken].filter((secret) => secret !== null)

const backupsOf = ({ stateDir, backupPassphraseFile, server, token, say }: ConnectorOptions): Backups | null =>
  backupPassphraseFile
    ? new Backups({ stateDir, passphraseFile: backupPassphraseFile, store: new PackageStore({ server, token }), say })
    : null

type Parts = {
  stops: Stops
  journal: Journal
  gateway: (self: Connector) => Gateway
  link: (self: Connector) => Link
}
