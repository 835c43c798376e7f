import type { DiagnoseContext } from './diagnose.ts'
import { serverDns, serverReachable, serverTls } from './network-checks.ts'
import { type Check, fail, type Outcome, pass, warn } from './step.ts'

const skewMostMs = 5_000
const slowMs = 2_000

/** The way from this machine to the cloud. */
export function serverChecks({ server, link }: DiagnoseContext): Check[] {
  const linked = (outcome: () => Outcome): Outcome =>
    link.connected ? outcome() : fail('link_down', { detail: link.detail ?? '' })
  return [
    { name: 'server.dns', remedy: 'dns', run: () => serverDns(server) },
    { name: 'server.tls', remedy: 'tls', run: () => serverTls(server) },
    { name: 'server.reachable', remedy: 'server_reach', run: () => serverReachable(server) },
    {
      name: 'server.token',
      remedy: 'token',
      run: () => linked(() => pass('known_as', { name: link.name ?? '' })),
    },
    {
      name: 'server.protocol',
      remedy: 'upgrade',
      run: () => linked(() => pass('link_protocol', { version: link.protocol ?? 0 })),
    },
    {
      name: 'server.latency',
      remedy: 'network',
      run: () =>
        linked(() => {
          const ms = link.latencyMs ?? 0
          return ms > slowMs ? warn('round_trip', { ms }) : pass('round_trip', { ms })
        }),
    },
    {
      name: 'server.clock',
      remedy: 'clock',
      run: () =>
        linked(() => {
          const ahead = link.clockAheadMs ?? 0
          const ms = Math.abs(ahead)
          if (ms <= skewMostMs) return pass('clocks_agree', { ms })
          return warn(ahead > 0 ? 'clock_ahead' : 'clock_behind', { ms })
        }),
    },
  ]
}
