import { expect, test } from 'vitest'
import type { z } from 'zod'
import { GatewayGone, GatewayRequestFailed } from '../../cli/gateway/refusal.ts'
import { changedBy } from '../../cli/gateway/stops/changed-by.ts'

const since = 1_000
const patched = (path: string, { at = since + 1, by = 'openclaw-control-ui device=d1f ip=10.0.0.7' } = {}) =>
  JSON.stringify({
    message: `config.patch write actor=${by} conn=c1 changedPaths=models,${path} restartReason=none`,
    time: new Date(at).toISOString(),
  })

/** A gateway that answers these two calls so; an error is thrown. */
const aGateway = (entries: object[] | Error, lines: string[] | Error = []) => ({
  call: async <T extends z.ZodType>(method: string, _params: object, answer: T): Promise<z.output<T>> => {
    const told = method === 'logs.tail' ? { lines } : { entries }
    for (const each of Object.values(told)) if (each instanceof Error) throw each
    return answer.parse(told)
  },
})
const change = (source: string, changedPaths: string[] | undefined, at = since + 1) => ({ at, source, changedPaths })
const deny = ['agents.entries.scout.tools.deny']
const refused = new GatewayRequestFailed('probe', { code: 'INVALID_REQUEST', message: 'unknown method' })

test('a write through the API names its client, and another way is named as that', async () => {
  const own = patched('agents.entries.scout.tools.deny', { at: since - 1, by: 'gateway-client device=ours ip=::1' })
  const lines = [own, patched('agents.entries.scout.tools'), 'something else', '{"message":"agents.entries.scout."}']
  const by = { by: 'openclaw-control-ui, device d1f, from 10.0.0.7', way: 'api', byUnknown: null }
  expect(await changedBy(aGateway([change('config-rpc', deny)], lines), 'scout', ['tools.deny'], since)).toEqual(by)
  const bare = [patched('agents.entries.scout.tools.deny', { by: 'cli device=unknown-device ip=unknown-ip' })]
  const ofBare = await changedBy(aGateway([change('config-rpc', deny)], bare), 'scout', ['tools.deny'], since)
  expect(ofBare.by).toBe('cli')
  const other = [own, patched('agents.entries.other.tools.deny')]
  const ofOther = await changedBy(aGateway([change('config-rpc', deny)], other), 'scout', ['tools.deny'], since)
  expect(ofOther).toEqual({ by: null, way: 'api', byUnknown: null })
  const unread = aGateway([change('config-rpc', ['agents.entries.scout'])], refused)
  expect(await changedBy(unread, 'scout', ['tools.deny'], since)).toMatchObject({ by: null, way: 'api' })
  for (const [source, way] of [
    ['external', 'file'],
    ['cli', 'cli'],
    ['of-tomorrow', 'other'],
  ] as const)
    expect(await changedBy(aGateway([change(source, undefined)]), 'scout', ['tools.deny'], since)).toMatchObject({
      way,
    })
})

test('the newest change that fits is the one, and an older or another one is none', async () => {
  const entries = [
    change('cli', deny, since + 5),
    change('external', deny, since + 9),
    change('doctor', deny, since - 1),
  ]
  expect(await changedBy(aGateway(entries), 'scout', ['tools.deny'], since)).toMatchObject({ way: 'file' })
  const elsewhere = [change('cli', ['agents.entries.scouting.tools.deny', 'models'])]
  for (const unfit of [elsewhere, [change('cli', deny, since - 1)], []])
    expect(await changedBy(aGateway(unfit), 'scout', ['tools.deny'], since)).toEqual({
      ...{ by: null, way: null },
      byUnknown: 'not_listed',
    })
})

test('what the gateway keeps no list of is unknown with the reason, and one that is gone is not taken for an answer', async () => {
  const jobs = ['cron:4f.1', 'plugin']
  expect(await changedBy(aGateway(refused), 'scout', jobs, since)).toMatchObject({ byUnknown: 'not_recorded' })
  expect(await changedBy(aGateway(refused), 'scout', ['tools.deny'], since)).toMatchObject({ byUnknown: 'no_list' })
  const gone = new GatewayGone('lost', null, 'gone')
  await expect(changedBy(aGateway(gone), 'scout', ['tools.deny'], since)).rejects.toBe(gone)
})
