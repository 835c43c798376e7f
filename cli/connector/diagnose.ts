import { access, constants } from 'node:fs/promises'
import { z } from 'zod'
import type { CommandGroup, DiagnosticStep } from '../../worker/features/connectors/link/contract.ts'
import { accessFor, type Gateway } from '../gateway/gateway.ts'
import type { Live } from '../gateway/live.ts'
import { GatewayRequestFailed } from '../gateway/refusal.ts'
import { gatewayProtocol } from '../gateway/session.ts'
import type { Journal } from '../journal/journal.ts'
import type { LinkState } from '../link/link.ts'
import { statusOf } from '../plugin/at-gateway.ts'
import { gatewayReachable, serverDns, serverReachable, serverTls } from './network-steps.ts'
import { type Check, type Outcome, step } from './steps.ts'

export type DiagnoseContext = {
  server: string
  gatewayUrl: string
  stateDir: string
  groups: readonly CommandGroup[]
  link: LinkState
  gateway: Gateway
  journal: Journal
  journalBytesMax: number
}

const skewMostMs = 5_000
const pass = (detail: string): Outcome => ({ outcome: 'pass', detail })
const skip = (detail: string): Outcome => ({ outcome: 'skip', detail })

/** Looks at every link of the chain from this machine to the cloud and to the gateway, and says how to mend it. */
export async function diagnose(context: DiagnoseContext): Promise<DiagnosticStep[]> {
  const steps: DiagnosticStep[] = []
  for (const check of [...serverChecks(context), ...gatewayChecks(context), ...journalChecks(context)]) {
    steps.push(await step(check))
  }
  return steps
}

function serverChecks({ server, link }: DiagnoseContext): Check[] {
  const linked = (outcome: () => Outcome): Outcome =>
    link.connected ? outcome() : { outcome: 'fail', detail: link.detail ?? 'Not connected to the server yet.' }
  return [
    {
      name: 'server.dns',
      remedy: 'Check the server address and the name resolution of this machine.',
      run: () => serverDns(server),
    },
    {
      name: 'server.tls',
      remedy: 'Check the certificate of the server; for a private authority set NODE_EXTRA_CA_CERTS.',
      run: () => serverTls(server),
    },
    {
      name: 'server.reachable',
      remedy: 'Check that the server runs and that a firewall or proxy lets outgoing connections through.',
      run: () => serverReachable(server),
    },
    {
      name: 'server.token',
      remedy: 'Rotate the connector token in ClawButler and connect with the new one.',
      run: () => linked(() => pass(`The server knows this connector as ${link.name ?? 'unnamed'}.`)),
    },
    {
      name: 'server.protocol',
      remedy: 'Upgrade clawbutler to the version of the server.',
      run: () => linked(() => pass(`Both sides speak version ${link.protocol} of the connector protocol.`)),
    },
    {
      name: 'server.latency',
      remedy: 'Look for a slow network between this machine and the server.',
      run: () =>
        linked(() => ({
          outcome: (link.latencyMs ?? 0) > 2_000 ? 'warn' : 'pass',
          detail: `There and back takes ${link.latencyMs ?? 0} ms.`,
        })),
    },
    {
      name: 'server.clock',
      remedy: 'Let this machine set its clock by NTP.',
      run: () =>
        linked(() => {
          const ahead = link.clockAheadMs ?? 0
          if (Math.abs(ahead) <= skewMostMs) return pass(`The clocks differ by ${Math.abs(ahead)} ms.`)
          const detail = `This machine's clock is ${Math.abs(ahead)} ms ${ahead > 0 ? 'ahead' : 'behind'}.`
          return { outcome: 'warn', detail, remedy: 'Let this machine set its clock by NTP.' }
        }),
    },
  ]
}

function gatewayChecks({ gatewayUrl, groups, gateway }: DiagnoseContext): Check[] {
  const wanted = accessFor(groups)
  const connected = async (look: (live: Live) => Outcome | Promise<Outcome>): Promise<Outcome> => {
    const { live } = gateway
    return live ? look(live) : skip(gateway.state.detail ?? 'Not connected to the gateway.')
  }
  const refusedFor = (cause: string) => gateway.live === null && gateway.lastGone?.kind === cause
  return [
    {
      name: 'gateway.reachable',
      remedy: 'Start the gateway (openclaw gateway run) or correct --gateway.',
      run: () => gatewayReachable(gatewayUrl),
    },
    {
      name: 'gateway.auth',
      remedy: 'Give the gateway token (gateway.auth.token in openclaw.json) with --gateway-token.',
      run: () =>
        refusedFor('unauthorized')
          ? { outcome: 'fail', detail: gateway.lastGone?.message ?? '' }
          : connected(({ session }) => pass(`The gateway accepted us by ${session.hello.auth.method ?? 'token'}.`)),
    },
    {
      name: 'gateway.protocol',
      remedy: `This connector speaks gateway protocol ${gatewayProtocol}; install a gateway that does.`,
      run: () =>
        refusedFor('refused')
          ? { outcome: 'fail', detail: gateway.lastGone?.message ?? '' }
          : connected(({ session }) =>
              pass(`OpenClaw ${session.hello.server.version}, protocol ${session.hello.protocol}.`),
            ),
    },
    {
      name: 'gateway.pairing',
      remedy: 'Approve this device on the gateway (openclaw devices approve).',
      run: () =>
        refusedFor('removed')
          ? { outcome: 'fail', detail: gateway.lastGone?.message ?? '' }
          : connected(({ session }) =>
              session.hello.auth.deviceToken
                ? pass('This device is paired and holds a token of its own.')
                : { outcome: 'warn', detail: 'The gateway gave this device no token of its own.' },
            ),
    },
    {
      name: 'gateway.scopes',
      remedy: 'Remove this device on the gateway and connect again with the gateway token.',
      run: () =>
        connected(({ session }) => {
          const missing = wanted.scopes.filter((scope) => !session.hello.auth.scopes.includes(scope))
          if (missing.length === 0) return pass(`Granted: ${session.hello.auth.scopes.join(', ')}.`)
          return { outcome: 'fail', detail: `The gateway did not grant ${missing.join(', ')}.` }
        }),
    },
    {
      name: 'gateway.approvals',
      remedy: 'Check that the gateway grants operator.approvals to this device.',
      run: () =>
        connected(async ({ session }) => {
          const pending = await session.call('exec.approval.list', {}, z.array(z.unknown()))
          if (wanted.caps.includes('approvals')) return pass(`${pending.length} wait; decisions can be delivered.`)
          const remedy = 'Connect with --groups read,approvals to decide from ClawButler.'
          return { outcome: 'warn', detail: `${pending.length} wait; this connector only looks on.`, remedy }
        }),
    },
    {
      name: 'gateway.agents',
      remedy: 'Check that the gateway grants operator.read to this device.',
      run: () => connected((live) => pass(`${live.agents.length} agents are known.`)),
    },
    {
      name: 'gateway.plugin',
      remedy: 'Look into the log of the gateway for why the plugin does not answer.',
      run: () =>
        connected(async ({ session }) => {
          const plugin = await statusOf(session)
          if (plugin) return pass(`The plugin (version ${plugin.version}) asks about other tools than commands.`)
          return skip('Not installed: only commands are asked about (clawbutler plugin install).')
        }),
    },
    {
      name: 'gateway.latency',
      remedy: 'The gateway is busy: look at its load and its event loop (openclaw status).',
      run: () =>
        connected(async ({ session }) => {
          const startedAt = performance.now()
          await session.call('health', {}, z.unknown(), 15_000).catch((error: unknown) => {
            if (!(error instanceof GatewayRequestFailed)) throw error
          })
          const ms = Math.round(performance.now() - startedAt)
          return { outcome: ms > 2_000 ? 'warn' : 'pass', detail: `The gateway answers within ${ms} ms.` }
        }),
    },
  ]
}

function journalChecks({ journal, stateDir, journalBytesMax }: DiagnoseContext): Check[] {
  return [
    {
      name: 'journal.writable',
      remedy: 'Make room on the disk of the state folder, or raise --journal-max-mb.',
      run: async () => {
        await access(stateDir, constants.W_OK)
        if (journal.full) return { outcome: 'fail', detail: `The journal takes nothing: ${journal.full}.` }
        return pass(`${stateDir} can be written.`)
      },
    },
    {
      name: 'journal.backlog',
      remedy: 'The backlog shrinks once the server can be reached.',
      run: () => {
        const events = journal.next - journal.firstUnacknowledged
        const detail = `${events} events (${journal.bytes} bytes on disk) wait for the server.`
        return { outcome: journal.bytes > journalBytesMax / 2 || events > 10_000 ? 'warn' : 'pass', detail }
      },
    },
  ]
}
