import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { accessFor } from '../../gateway/access.ts'
import type { Live } from '../../gateway/live.ts'
import { statusOf } from '../../gateway/plugin-calls.ts'
import { GatewayRequestFailed } from '../../gateway/refusal.ts'
import type { DiagnoseContext } from './diagnose.ts'
import { gatewayReachable } from './network-checks.ts'
import { type Check, fail, type Outcome, pass, skip, warn } from './step.ts'
import { isOlder } from './versions.ts'

const slowMs = 2_000
/** What this connector was made against; older ones speak the protocol, and may lack methods. */
const gatewayVersionLeast = '2026.9.0'
const restarts = { many: 4, withinMs: 10 * 60_000 }
const busyTimeoutMs = 60_000
const Configuration = z.object({
  valid: z.boolean().catch(true),
  issues: z.array(z.object({ path: z.string().catch(''), message: z.string().catch('') })).catch([]),
})

/** The gateway, and whether it lets us do what the person at this machine allowed. */
export function gatewayChecks({ gatewayUrl, groups, gateway }: DiagnoseContext): Check[] {
  const wanted = accessFor(groups)
  const connected = async (look: (live: Live) => Outcome | Promise<Outcome>): Promise<Outcome> => {
    const { live } = gateway
    return live ? look(live) : skip('gateway_down', { detail: gateway.state.detail ?? '' })
  }
  const unlessRefused = (cause: string, look: (live: Live) => Outcome): Outcome | Promise<Outcome> =>
    gateway.live === null && gateway.lastGone?.kind === cause
      ? fail('refused', { message: gateway.lastGone.message })
      : connected(look)
  return [
    { name: 'gateway.reachable', remedy: 'gateway_start', run: () => gatewayReachable(gatewayUrl) },
    {
      name: 'gateway.auth',
      remedy: 'gateway_token',
      run: () =>
        unlessRefused('unauthorized', ({ session }) =>
          pass('accepted_by', { method: session.hello.auth.method ?? 'token' }),
        ),
    },
    {
      name: 'gateway.protocol',
      remedy: 'gateway_protocol',
      run: () =>
        unlessRefused('refused', ({ session: { hello } }) =>
          pass('gateway_speaks', { version: hello.server.version, protocol: hello.protocol }),
        ),
    },
    {
      name: 'gateway.version',
      remedy: 'gateway_upgrade',
      run: () =>
        connected(({ session }) => {
          const { version } = session.hello.server
          const older = isOlder(version, gatewayVersionLeast)
          if (older === null) return pass('version_unread', { version })
          return older
            ? warn('version_old', { version, least: gatewayVersionLeast })
            : pass('version_known', { version })
        }),
    },
    {
      name: 'gateway.pairing',
      remedy: 'pairing',
      run: () =>
        unlessRefused('removed', ({ session }) =>
          session.hello.auth.deviceToken ? pass('paired') : warn('no_device_token'),
        ),
    },
    {
      name: 'gateway.scopes',
      remedy: 'scopes',
      run: () =>
        connected(({ session }) => {
          const { scopes } = session.hello.auth
          const missing = wanted.scopes.filter((scope) => !scopes.includes(scope))
          return missing.length === 0
            ? pass('scopes_granted', { scopes: scopes.join(', ') })
            : fail('scopes_missing', { scopes: missing.join(', ') })
        }),
    },
    {
      name: 'gateway.restarts',
      remedy: 'restart_loop',
      run: () => {
        const count = gateway.restartsSince(Date.now() - restarts.withinMs)
        if (count === 0) return pass('restarts_none')
        const params = { count, minutes: restarts.withinMs / 60_000 }
        return count >= restarts.many ? fail('restarts', params) : pass('restarts', params)
      },
    },
    {
      name: 'gateway.config',
      remedy: 'config',
      run: () =>
        connected(async ({ session }) => {
          const { valid, issues } = await session.call('config.get', {}, Configuration, busyTimeoutMs)
          if (valid) return pass('config_valid')
          const [first] = issues
          return fail('config_invalid', { count: issues.length, first: first ? `${first.path}: ${first.message}` : '' })
        }),
    },
    {
      name: 'gateway.approvals',
      remedy: 'approvals_scope',
      run: () =>
        connected(async ({ session }) => {
          const { length: count } = await session.call('exec.approval.list', {}, z.array(z.unknown()))
          if (wanted.caps.includes('approvals')) return pass('waiting_decidable', { count })
          return warn('waiting_looks_on', { count }, 'approvals_group')
        }),
    },
    {
      name: 'gateway.agents',
      remedy: 'read_scope',
      run: () => connected((live) => pass('agents_known', { count: live.agents.length })),
    },
    {
      name: 'gateway.plugin',
      remedy: 'plugin',
      run: () =>
        connected(async ({ session }) => {
          const plugin = await statusOf(session)
          if (!plugin) return skip('plugin_none')
          const bundled = await bundledPlugin()
          if (isOlder(plugin.version, bundled))
            return warn('plugin_older', { version: plugin.version, bundled }, 'plugin_update')
          return pass('plugin_current', { version: plugin.version })
        }),
    },
    {
      name: 'gateway.latency',
      remedy: 'gateway_busy',
      run: () =>
        connected(async ({ session }) => {
          const startedAt = performance.now()
          await session.call('health', {}, z.unknown(), 15_000).catch((error: unknown) => {
            if (!(error instanceof GatewayRequestFailed)) throw error
          })
          const ms = Math.round(performance.now() - startedAt)
          return ms > slowMs ? warn('gateway_answers', { ms }) : pass('gateway_answers', { ms })
        }),
    },
  ]
}

const bundledPlugin = async (): Promise<string> => {
  const text = await readFile(join(import.meta.dirname, '../../openclaw-plugin/package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}
