import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type DiagnoseContext, diagnose } from '../../cli/connector/doctor/diagnose.ts'
import { isOlder } from '../../cli/connector/doctor/versions.ts'
import { GatewayGone } from '../../cli/gateway/refusal.ts'
import { commandGroups } from '../../worker/features/connectors/link/commands/contract.ts'
import type { DiagnosticStep } from '../../worker/features/connectors/link/diagnosis/contract.ts'
import { aFolder } from './world.ts'

const away = { connected: false, version: null, bootId: null, detail: 'refused the connection', scopes: [] }
const gone = (kind: ConstructorParameters<typeof GatewayGone>[0]) => new GatewayGone(kind, null, `because ${kind}`)

/** Everything is as well as it can be without a server and a gateway; each case makes something worse. */
const aContext = async (change: Partial<DiagnoseContext> = {}): Promise<DiagnoseContext> => ({
  server: 'http://127.0.0.1:9',
  gatewayUrl: 'ws://127.0.0.1:9',
  stateDir: await aFolder(),
  groups: commandGroups,
  link: { connected: true, name: 'probe', protocol: 1, latencyMs: 12, clockAheadMs: 3, detail: null },
  gateway: { live: null, state: away, lastGone: null, restartsSince: () => 0 },
  journal: { full: null, next: 1, firstUnacknowledged: 1, bytes: 0 },
  journalBytesMax: 1024 * 1024,
  ...change,
})
const found = async (name: DiagnosticStep['name'], change: Partial<DiagnoseContext> = {}) => {
  const step = (await diagnose(await aContext(change))).find((each) => each.name === name)
  return step && { outcome: step.outcome, code: step.code, remedyCode: step.remedyCode }
}
const gateway = (change: Partial<DiagnoseContext['gateway']>) => ({
  gateway: { live: null, state: away, lastGone: null, restartsSince: () => 0, ...change },
})
const link = (change: Partial<DiagnoseContext['link']>) => ({
  link: { connected: true, name: 'probe', protocol: 1, latencyMs: 12, clockAheadMs: 3, detail: null, ...change },
})
const cut = link({ connected: false, detail: 'paused' })

describe('the doctor finds, and says how it is mended', () => {
  const cases: [DiagnosticStep['name'], string, Partial<DiagnoseContext>, [string, string, string | null]][] = [
    ['server.dns', 'a name that leads nowhere', { server: 'http://nowhere.invalid' }, ['fail', 'error', 'dns']],
    [
      'server.tls',
      'plain HTTP to another machine',
      { server: 'http://192.0.2.1' },
      ['warn', 'not_encrypted', 'encrypt'],
    ],
    ['server.tls', 'a server without TLS', { server: 'https://127.0.0.1:9' }, ['fail', 'error', 'tls']],
    ['server.reachable', 'a port where nobody listens', {}, ['fail', 'error', 'server_reach']],
    ['server.token', 'no link', cut, ['fail', 'link_down', 'token']],
    ['server.protocol', 'no link', cut, ['fail', 'link_down', 'upgrade']],
    ['server.latency', 'a slow way', link({ latencyMs: 2_500 }), ['warn', 'round_trip', 'network']],
    ['server.clock', 'a clock ahead', link({ clockAheadMs: 9_000 }), ['warn', 'clock_ahead', 'clock']],
    ['server.clock', 'a clock behind', link({ clockAheadMs: -9_000 }), ['warn', 'clock_behind', 'clock']],
    ['connector.groups', 'that nothing can be stopped', { groups: ['read'] }, ['warn', 'groups_missing', 'groups']],
    ['gateway.reachable', 'no gateway', {}, ['fail', 'error', 'gateway_start']],
    [
      'gateway.auth',
      'a wrong token',
      gateway({ lastGone: gone('unauthorized') }),
      ['fail', 'refused', 'gateway_token'],
    ],
    [
      'gateway.protocol',
      'another protocol',
      gateway({ lastGone: gone('refused') }),
      ['fail', 'refused', 'gateway_protocol'],
    ],
    [
      'gateway.pairing',
      'a device that was removed',
      gateway({ lastGone: gone('removed') }),
      ['fail', 'refused', 'pairing'],
    ],
    ['gateway.restarts', 'a restart loop', gateway({ restartsSince: () => 4 }), ['fail', 'restarts', 'restart_loop']],
    ['gateway.config', 'nothing while the gateway is away', {}, ['skip', 'gateway_down', null]],
    [
      'journal.writable',
      'a full journal',
      { journal: { full: 'no space', next: 1, firstUnacknowledged: 1, bytes: 0 } },
      ['fail', 'journal_full', 'journal'],
    ],
    ['journal.disk', 'too little room', { journalBytesMax: 2 ** 60 }, ['warn', 'disk_low', 'disk']],
    [
      'journal.backlog',
      'a long backlog',
      { journal: { full: null, next: 20_002, firstUnacknowledged: 1, bytes: 9 } },
      ['warn', 'backlog', 'backlog'],
    ],
  ]
  test.each(cases)('%s: %s', async (name, _, change, [outcome, code, remedyCode]) => {
    expect(await found(name, change)).toEqual({ outcome, code, remedyCode })
  })

  test('journal.writable: a folder that is gone', async () => {
    const stateDir = join(await aFolder(), 'gone')
    expect(await found('journal.writable', { stateDir })).toEqual({
      outcome: 'fail',
      code: 'error',
      remedyCode: 'journal',
    })
    expect(await found('journal.disk', { stateDir })).toMatchObject({ outcome: 'fail', remedyCode: 'disk' })
  })

  test('what is well names no remedy, in no language', async () => {
    const steps = await diagnose(await aContext())
    for (const { outcome, remedy, remedyCode } of steps)
      if (outcome === 'pass' || outcome === 'skip') expect([remedy, remedyCode]).toEqual([null, null])
    expect(steps.find(({ name }) => name === 'server.token')?.detail).toBe('The server knows this connector as probe.')
  })
})

test('versions are compared by their numbers, and what is none says nothing', () => {
  expect([isOlder('2026.8.31', '2026.9.0'), isOlder('2026.10.1', '2026.9.0'), isOlder('v2026.9', '2026.9.0')]).toEqual([
    true,
    false,
    false,
  ])
  expect([isOlder('2026.9.0-beta.1', '2026.9.0'), isOlder('dev', '2026.9.0')]).toEqual([false, null])
})
