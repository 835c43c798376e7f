import { z } from 'zod'
import { accessFor } from '../gateway/access.ts'
import { loadIdentity } from '../gateway/identity.ts'
import { GatewayGone, GatewayRequestFailed } from '../gateway/refusal.ts'
import { GatewaySession } from '../gateway/session.ts'
import { gatewayTokens } from '../gateway/tokens.ts'
import { Failure } from '../output/failure.ts'
import { isTree, mergePatchOf, type Tree } from './merge-patch.ts'

export type GatewayPlace = { gateway: string; gatewayToken: string | null; stateDir: string }

const Configuration = z.object({ hash: z.string(), sourceConfig: z.record(z.string(), z.unknown()).default({}) })
const attempts = 5
const patchTimeoutMs = 120_000

/** A session with the gateway as the connector of this state folder, which may run meanwhile. */
export async function openGateway({ gateway, gatewayToken, stateDir }: GatewayPlace): Promise<GatewaySession> {
  const identity = await loadIdentity(stateDir)
  let reason: unknown = null
  for (const { token } of await gatewayTokens(gateway, gatewayToken, identity, process.env)) {
    try {
      return await GatewaySession.open({
        url: gateway,
        token,
        identity,
        displayName: 'ClawButler',
        ...accessFor(['read', 'approvals']),
        caps: [],
        onEvent: () => undefined,
        onFault: () => undefined,
      })
    } catch (error) {
      reason = error
    }
  }
  throw new Failure(reason instanceof Error ? reason.message : `No connection to ${gateway}.`)
}

export const pluginsOf = async (session: GatewaySession): Promise<{ hash: string; plugins: Tree | null }> => {
  const { hash, sourceConfig } = await session.call('config.get', {}, Configuration, 60_000)
  return { hash, plugins: isTree(sourceConfig.plugins) ? sourceConfig.plugins : null }
}

/**
 * Changes the gateway's `plugins` through its own protocol. What others write meanwhile is never lost: the gateway
 * refuses a patch on an older configuration, and the change is made anew on what is there now.
 */
export async function changePlugins(session: GatewaySession, change: (plugins: Tree) => Tree | null): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { hash, plugins } = await pluginsOf(session)
    const after = change(plugins ?? {})
    const { patch, replacePaths } = mergePatchOf(plugins ? { plugins } : {}, after === null ? {} : { plugins: after })
    if (Object.keys(patch).length === 0) return
    const params = { raw: JSON.stringify(patch), baseHash: hash, ...(replacePaths.length > 0 ? { replacePaths } : {}) }
    try {
      await session.call('config.patch', params, z.unknown(), patchTimeoutMs)
      return
    } catch (error) {
      // A restart may close the connection before the answer: whether it is done, the next look tells.
      if (error instanceof GatewayGone) return
      const changed = error instanceof GatewayRequestFailed && /config changed since/i.test(error.message)
      if (!changed || attempt >= attempts) throw new Failure(error instanceof Error ? error.message : String(error))
    }
  }
}

/** Whether a change of `plugins` takes hold at once or restarts the gateway. */
export async function reloadKindOf(session: GatewaySession): Promise<'hot' | 'restart'> {
  const Lookup = z.object({ reloadKind: z.string().nullish() })
  const found = await session.call('config.schema.lookup', { path: 'plugins.load.paths' }, Lookup).catch(() => null)
  return found?.reloadKind === 'restart' ? 'restart' : 'hot'
}
