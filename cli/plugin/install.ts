import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import canonicalize from 'canonicalize'
import { statusOf } from '../gateway/plugin-calls.ts'
import { GatewayGone } from '../gateway/refusal.ts'
import type { GatewaySession } from '../gateway/session.ts'
import { Failure } from '../output/failure.ts'
import { changePlugins, type GatewayPlace, openGateway, pluginsOf, reloadKindOf } from './at-gateway.ts'
import { type PluginConfig, pluginConfigOf, withoutPlugin, withPlugin } from './configuration.ts'
import type { Tree } from './merge-patch.ts'
import { forgetInstalled, loadInstalled, placePlugin, removeFolder, saveInstalled } from './place.ts'

export type Status = NonNullable<Awaited<ReturnType<typeof statusOf>>>
export type PluginState = {
  /** In the gateway's configuration. */
  installed: boolean
  /** What the running plugin says; null while it is not loaded. */
  running: Status | null
  config: PluginConfig | null
}

const settleMs = { hot: 30_000, restart: 120_000 }
/** Called before anything is changed; a rejection leaves everything as it is. */
export type Agree = (what: { reload: 'hot' | 'restart'; config: PluginConfig | null }) => Promise<void>

/** Copies the plugin, puts it into the gateway's configuration, and waits until it answers; undone when it does not. */
export async function installPlugin(
  place: GatewayPlace & { folder: string },
  config: PluginConfig,
  agree: Agree,
): Promise<PluginState> {
  const { folder, wanted, isUpdate, reload, former } = await atGateway(place, async (session) => {
    const { plugins } = await pluginsOf(session)
    const known = plugins && pluginConfigOf(plugins)
    const wanted = known?.stoppedAgents?.length ? { stoppedAgents: known.stoppedAgents, ...config } : config
    // Refused before anything is asked or copied.
    withPlugin(plugins ?? {}, place.folder, wanted)
    const reload = await reloadKindOf(session)
    await agree({ reload, config: known })
    const folder = await placePlugin(resolve(place.folder))
    const record = known ? await loadInstalled(place.stateDir) : null
    await saveInstalled(place.stateDir, { before: plugins, ...record, folder })
    await changePlugins(session, (current) => withPlugin(current, folder, wanted))
    return { folder, wanted, isUpdate: known !== null, reload, former: record?.folder }
  })
  const running = await settled(place, settleMs[reload], (status) => status !== null && holds(status.policy, wanted))
  if (running) {
    if (former !== undefined && former !== folder) await removeFolder(former)
    return { installed: true, running, config: wanted }
  }
  if (!isUpdate) await removePlugin(place, async () => undefined)
  throw new Failure(
    `The gateway did not load the plugin from ${folder}. Can its user read that folder? Give another one with --folder; the gateway's log says more.`,
  )
}

/** Takes the plugin out of the configuration and waits until it is gone; what others configured stays. */
export async function removePlugin(place: GatewayPlace, agree: Agree): Promise<{ exactly: boolean }> {
  const installed = await loadInstalled(place.stateDir)
  await atGateway(place, async (session) => {
    const { plugins } = await pluginsOf(session)
    await agree({ reload: await reloadKindOf(session), config: plugins && pluginConfigOf(plugins) })
    await changePlugins(session, (current) => withoutPlugin(current, installed))
  })
  await settled(place, settleMs.restart, (status) => status === null)
  const after = await atGateway(place, pluginsOf)
  if (installed) await removeFolder(installed.folder)
  await forgetInstalled(place.stateDir)
  return { exactly: installed !== null && isSame(after.plugins, installed.before) }
}

/** Whether the plugin is configured, and what it says of itself if it runs. */
export const pluginState = (place: GatewayPlace): Promise<PluginState> =>
  atGateway(place, async (session) => {
    const { plugins } = await pluginsOf(session)
    const config = plugins && pluginConfigOf(plugins)
    return { installed: config !== null, running: await statusOf(session), config }
  })

/** Whether a running plugin works by this configuration. */
const holds = (policy: Record<string, unknown>, config: PluginConfig): boolean =>
  Object.entries(config).every(([name, value]) => JSON.stringify(policy[name]) === JSON.stringify(value))

const isSame = (a: Tree | null, b: Tree | null): boolean => canonicalize(a) === canonicalize(b)

async function atGateway<T>(place: GatewayPlace, work: (session: GatewaySession) => Promise<T>): Promise<T> {
  const session = await openGateway(place)
  try {
    return await work(session)
  } finally {
    session.close('Done.')
  }
}

/** The plugin's answer once it is as wanted, over a restart of the gateway if need be; null when it never was. */
async function settled(
  place: GatewayPlace,
  withinMs: number,
  isWanted: (status: Status | null) => boolean,
): Promise<Status | null> {
  const deadline = Date.now() + withinMs
  while (Date.now() < deadline) {
    const status = await atGateway(place, statusOf).catch((error: unknown) => {
      if (error instanceof GatewayGone || error instanceof Failure) return undefined
      throw error
    })
    if (status !== undefined && isWanted(status)) return status
    await pause(300)
  }
  return null
}
