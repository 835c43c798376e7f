import { testSecrets } from '../test/support/test-secrets.ts'
import { startAlone } from './support/bare.ts'
import { percentile, round, spread } from './support/figures.ts'
import { atMost, figure, type Line, report } from './support/results.ts'

const sizes = [10_000, 100_000, 1_000_000]
const pageMs = 60

const agent = (n: number) => `agt_${n.toString(32).padStart(26, '0')}`
const connector = (n: number) => `con_${n.toString(32).padStart(26, '0')}`
const day = (n: number) => new Date(Date.UTC(2026, 7, 1 + n)).toISOString()

/** Every filter, alone and together, from what nearly everything fits to what nothing does. */
const filters: Record<string, object> = {
  nothing: {},
  'busy agent': { agentId: agent(0) },
  'rare agent': { agentId: agent(190) },
  type: { type: 'approval.decided' },
  'type prefix': { type: 'approval.' },
  risk: { risk: 'critical' },
  'agent, risk': { agentId: agent(3), risk: 'high,critical' },
  'agent, type, risk': { agentId: agent(1), type: 'tool.ended', risk: 'critical' },
  connector: { connectorId: connector(2) },
  'connector, type, week': { connectorId: connector(2), type: 'run.', from: day(2), to: day(9) },
  trace: { traceId: (123).toString(16).padStart(32, '0') },
  day: { from: day(1), to: day(2) },
  'month, agent': { from: day(0), to: day(31), agentId: agent(7) },
  'Latin word': { keyword: 'kubernetes' },
  'Latin prefix': { keyword: 'kube' },
  'Chinese word': { keyword: '审批' },
  'Chinese across words': { keyword: '生产环境部署' },
  'one character': { keyword: '审' },
  path: { keyword: '/srv/app-123/run.sh' },
  'number, prefix': { keyword: '4711' },
  'three words': { keyword: 'deploy refund 客户' },
  'word, agent, risk': { keyword: 'deploy', agentId: agent(2), risk: 'critical' },
  'word, type, month': { keyword: '日志', type: 'model.called', from: day(0), to: day(31) },
  'what nothing has': { keyword: 'deploy', agentId: agent(199), risk: 'critical', type: 'approval.decided' },
  'impossible pair': { traceId: (5).toString(16).padStart(32, '0'), agentId: agent(199) },
}

/**
 * A page of fifty from an organization's log by every filter, as the log grows, through one hop over HTTP whose own cost
 * is measured beside it; and what appending costs with tree and index, against inserts alone into the same object, a row for each event.
 */
export const search = async (): Promise<void> => {
  const alone = await startAlone({
    folder: 'audit-log',
    objects: { AUDIT_LOG: 'MeasuredLog' },
    vars: testSecrets,
  })
  const ask = async (path: string, body: object = {}): Promise<number> => {
    const startedAt = performance.now()
    const answer = await fetch(`${alone.direct}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
    return performance.now() - startedAt
  }
  await ask('hold-archive')
  const lines: Line[] = []
  const figures: Record<string, unknown> = {}
  for (const batch of [1, 10, 100]) {
    const count = batch * 60
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let turn = 0; turn < 10; turn += 1) {
      const from = batch * 10_000_000 + turn * count
      ours.push((await ask('append', { from, count, batch })) + (await ask('index')))
      theirs.push(await ask('insert', { from, count, batch }))
    }
    const what = `appends with tree and index in batches of ${batch}, of the rate of inserts alone`
    const ratio = round(percentile(theirs, 0.5) / percentile(ours, 0.5))
    lines.push(
      batch === 100
        ? { ...figure(what, ratio, 'of it'), goal: '≥ 0.5 of it', met: ratio >= 0.5 }
        : figure(what, ratio, 'of it'),
    )
    figures[`batches of ${batch}`] = { log: spread(ours), inserts: spread(theirs), unit: `ms for ${count}` }
  }
  let filled = 0
  for (const size of sizes) {
    for (; filled < size; filled += 10_000) await ask('append', { from: filled, count: 10_000, batch: 500 })
    await ask('index')
    const hop: number[] = []
    const all: number[] = []
    const each: Record<string, unknown> = {}
    for (const [name, filter] of Object.entries(filters)) {
      const times: number[] = []
      for (let turn = 0; turn < 8; turn += 1) {
        hop.push(await ask('nothing'))
        times.push(await ask('page', { filter, order: turn % 2 === 0 ? 'newest' : 'oldest', limit: 50, beyond: null }))
      }
      all.push(...times)
      each[name] = { p50: round(percentile(times, 0.5)), max: round(Math.max(...times)) }
    }
    const counted: number[] = []
    for (const filter of Object.values(filters)) counted.push(await ask('count', filter))
    const empty = percentile(hop, 0.5)
    const p95 = round(percentile(all, 0.95) - empty)
    const what = `a page of 50 of ${size.toLocaleString('en')} events by any filter, p95`
    lines.push(size === 1_000_000 ? atMost(what, p95, 'ms', pageMs) : figure(what, p95, 'ms'))
    lines.push(
      figure(
        `counting ${size.toLocaleString('en')} events by any filter, p95`,
        round(percentile(counted, 0.95) - empty),
        'ms',
      ),
    )
    figures[`${size} events`] = { hop: round(empty), filters: each }
  }
  const proofs: number[] = []
  const hops: number[] = []
  for (let seq = 1; seq < 900_000; seq += 9_000) {
    hops.push(await ask('nothing'))
    proofs.push(await ask('inclusion', { seq }))
  }
  lines.push(
    atMost(
      'a proof of inclusion among a million events, p95',
      round(percentile(proofs.slice(1), 0.95) - percentile(hops, 0.5)),
      'ms',
      5,
    ),
  )
  figures['proof of inclusion'] = { ...spread(proofs.slice(1)), hop: round(percentile(hops, 0.5)) }
  report('search', lines, figures)
  await alone.stop()
}
