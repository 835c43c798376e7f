import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { changePlugins, openGateway, pluginsOf } from '../../cli/plugin/at-gateway.ts'
import { withoutPlugin, withPlugin } from '../../cli/plugin/configuration.ts'
import { installPlugin, pluginState, removePlugin } from '../../cli/plugin/install.ts'
import { mergePatchOf } from '../../cli/plugin/merge-patch.ts'
import { aFolder, aGateway } from './world.ts'

const agree = async () => undefined
const installedIn = (plugins: Record<string, unknown> | null) => ({ folder: '/x', before: plugins })

test.each([
  ['none at all', null],
  ['switched off', { enabled: false }],
  [
    'an allow list and another plugin',
    { allow: ['wiki'], entries: { wiki: { enabled: true } }, load: { paths: ['/wiki'] } },
  ],
  ['an empty allow list', { allow: [] }],
  ['a memory slot while switched off', { enabled: false, slots: { memory: 'other' } }],
  ['an empty list of paths', { load: { paths: [] }, entries: {} }],
])('what was configured before is there again after a removal: %s', (_name, before) => {
  const after = withPlugin(before ?? {}, '/plugins/clawbutler-openclaw-plugin-1', { ask: ['write'] })
  expect(after.entries).toMatchObject({ clawbutler: { enabled: true, config: { ask: ['write'] } } })
  expect(withoutPlugin(after, installedIn(before))).toEqual(before)
})

test('what others configured meanwhile stays', () => {
  const after = withPlugin({ enabled: false }, '/plugins/clawbutler-openclaw-plugin-1', {})
  const meanwhile = {
    ...after,
    allow: ['clawbutler', 'wiki'],
    entries: { clawbutler: {}, wiki: { enabled: true } },
    load: { paths: ['/plugins/clawbutler-openclaw-plugin-1', '/wiki'] },
  }
  expect(withoutPlugin(meanwhile, installedIn({ enabled: false }))).toMatchObject({
    enabled: true,
    allow: ['wiki'],
    entries: { wiki: { enabled: true } },
    load: { paths: ['/wiki'] },
  })
})

test('plugins that are switched off are not switched on with ours, and a denied plugin is not forced in', () => {
  expect(() => withPlugin({ enabled: false, allow: ['wiki'] }, '/x', {})).toThrow(/switched off/)
  expect(() => withPlugin({ deny: ['clawbutler'] }, '/x', {})).toThrow(/plugins.deny/)
})

test('a merge patch names every list that loses entries, and touches nothing else', () => {
  const before = { a: 1, lists: { kept: [1], cut: [1, 2], gone: { deep: [3], empty: [] } } }
  const after = { a: 1, lists: { kept: [1, 2], cut: [1] } }
  expect(mergePatchOf(before, after)).toEqual({
    patch: { lists: { kept: [1, 2], cut: [1], gone: null } },
    replacePaths: ['lists.cut', 'lists.gone.deep', 'lists.gone.empty'],
  })
})

test('the plugin comes and goes by one command each, and the gateway is as before', async () => {
  const gateway = await aGateway()
  gateway.plugins.configuration = { enabled: false }
  const stateDir = await aFolder()
  const place = { gateway: gateway.url, gatewayToken: gateway.token, stateDir }
  const folder = join(stateDir, 'plugin')
  expect(await pluginState(place)).toMatchObject({ installed: false, running: null })
  const state = await installPlugin({ ...place, folder }, { ask: ['write'] }, agree)
  expect(state).toMatchObject({ installed: true, running: { policy: { ask: ['write'] } } })
  expect(await readdir(join(folder, 'clawbutler-openclaw-plugin-1.1.0'))).toContain('openclaw.plugin.json')
  await installPlugin({ ...place, folder }, { ask: ['write', 'read'], stoppedAgents: [] }, agree)
  expect(await removePlugin(place, agree)).toEqual({ exactly: true })
  expect(gateway.plugins.configuration).toEqual({ enabled: false })
  expect(existsSync(join(folder, 'clawbutler-openclaw-plugin-1.1.0'))).toBe(false)
})

test('who does not agree has changed nothing', async () => {
  const gateway = await aGateway()
  const stateDir = await aFolder()
  const place = { gateway: gateway.url, gatewayToken: gateway.token, stateDir, folder: join(stateDir, 'plugin') }
  const refuse = () => Promise.reject(new Error('no'))
  await expect(installPlugin(place, {}, refuse)).rejects.toThrow('no')
  expect([gateway.plugins.configuration, existsSync(place.folder)]).toEqual([{}, false])
})

test('a change that somebody else makes at the same moment is not written over', async () => {
  const gateway = await aGateway()
  const place = { gateway: gateway.url, gatewayToken: gateway.token, stateDir: await aFolder() }
  const session = await openGateway(place)
  let looked = 0
  await changePlugins(session, (plugins) => {
    if (looked++ === 0) gateway.plugins.patch({ plugins: { entries: { wiki: { enabled: true } } } }, [])
    return { ...plugins, deny: ['x'] }
  })
  expect((await pluginsOf(session)).plugins).toEqual({ entries: { wiki: { enabled: true } }, deny: ['x'] })
  session.close('done')
})
