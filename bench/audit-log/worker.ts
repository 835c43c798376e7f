import { Hono } from 'hono'
import { AuditLog } from '../../durable-objects/audit-log/audit-log.ts'
import type { AuditInput, PageRequest } from '../../durable-objects/audit-log/rpc.ts'
import { indexEvents } from '../../durable-objects/audit-log/search-index.ts'

interface Bindings extends Env {
  AUDIT_LOG: DurableObjectNamespace<MeasuredLog>
}

const people = 40
const agents = 200
const types = [
  'tool.started',
  'tool.ended',
  'model.called',
  'run.started',
  'run.ended',
  'approval.requested',
  'approval.decided',
  'gateway.config-changed',
] as const
const risks = ['low', 'low', 'low', 'low', 'medium', 'medium', 'high', 'critical'] as const
const words =
  'deploy invoice 审批 部署 生产环境 客户 refund backup kubernetes database migrate secret rotate 日志 归档 price'.split(
    ' ',
  )

/** Numbers that look random and are the same in every run. */
const mixed = (n: number, salt: number): number => {
  let x = Math.imul(n ^ (salt * 0x9e3779b9), 0x85ebca6b) >>> 0
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0
  return (x ^ (x >>> 16)) >>> 0
}
const pick = <T>(from: readonly T[], n: number, salt: number): T => {
  const found = from[mixed(n, salt) % from.length]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}
const idOf = (prefix: string, n: number) => `${prefix}_${n.toString(32).padStart(26, '0')}`
const firstAt = Date.UTC(2026, 7, 1)

/** Event n of a busy quarter: 200 agents with very different habits, people, traces of twenty events. */
const eventAt = (n: number): AuditInput => ({
  key: `event ${n}`,
  type: pick(types, n, 1),
  at: firstAt + n * 7_000,
  actor:
    mixed(n, 2) % 9 === 0
      ? { kind: 'member', id: idOf('usr', mixed(n, 3) % people) }
      : { kind: 'connector', id: idOf('con', mixed(n, 4) % 5) },
  agentId: idOf('agt', Math.floor(agents * (mixed(n, 5) / 2 ** 32) ** 3)),
  connectorId: idOf('con', mixed(n, 4) % 5),
  target: null,
  risk: pick(risks, n, 6),
  traceId: Math.floor(n / 20)
    .toString(16)
    .padStart(32, '0'),
  payload: {
    command: `${pick(words, n, 7)} --env ${pick(words, n, 8)} /srv/app-${mixed(n, 9) % 500}/run.sh`,
    title: `${pick(words, n, 10)}${pick(words, n, 11)} ${mixed(n, 12) % 100_000}`,
    sessionKey: `agent:main:${mixed(n, 13) % 1_000}`,
  },
})

/** The log itself, and beside it the least that takes the same calls. */
export class MeasuredLog extends AuditLog {
  /** Inserts alone, into a table of the same shape that nothing else is done for. */
  async insert(events: AuditInput[]): Promise<number> {
    const { sql } = this.ctx.storage
    sql.exec(
      `CREATE TABLE IF NOT EXISTS bare (seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, id TEXT, type TEXT, at INTEGER,
         recorded_at INTEGER, actor_kind TEXT, actor_id TEXT, agent_id TEXT, connector_id TEXT, target TEXT, risk INTEGER,
         trace_id TEXT, leaf TEXT, leaf_hash BLOB, payload TEXT, salt BLOB)`,
    )
    const blob = new Uint8Array(32)
    this.ctx.storage.transactionSync(() => {
      for (const event of events) {
        const payload = JSON.stringify(event.payload)
        sql.exec(
          'INSERT INTO bare VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          ...[event.key, idOf('evt', 1), event.type, event.at, event.at, event.actor.kind, event.actor.id],
          ...[event.agentId, event.connectorId, null, 0, event.traceId, payload.padEnd(400), blob, payload, blob],
        )
      }
    })
    return events.length
  }

  async index(): Promise<void> {
    indexEvents(this.ctx.storage)
  }

  /** The bucket is a simulation in the same process here, dearer than all the rest: no tile goes there while others measure. */
  async holdArchive(): Promise<void> {
    const inADay = Date.now() + 86_400_000
    this.ctx.storage.sql.exec("INSERT OR REPLACE INTO alarms (name, due) VALUES ('archive', ?)", inADay)
  }
}

const app = new Hono<{ Bindings: Bindings }>()
const log = (env: Bindings) => env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName('org_measured'))

const batchesOf = function* ({ from, count, batch }: { from: number; count: number; batch: number }) {
  for (let at = from; at < from + count; at += batch)
    yield Array.from({ length: Math.min(batch, from + count - at) }, (_, index) => eventAt(at + index))
}
app.post('/append', async (c) => {
  for (const events of batchesOf(await c.req.json())) await log(c.env).append(events)
  return c.json({})
})
app.post('/insert', async (c) => {
  for (const events of batchesOf(await c.req.json())) await log(c.env).insert(events)
  return c.json({})
})
app.post('/index', async (c) => {
  await log(c.env).index()
  return c.json({})
})
app.post('/hold-archive', async (c) => {
  await log(c.env).holdArchive()
  return c.json({})
})
app.post('/page', async (c) => c.json(await log(c.env).page(await c.req.json<PageRequest>())))
app.post('/count', async (c) => c.json(await log(c.env).count(await c.req.json())))
app.post('/nothing', async (c) => c.json(await log(c.env).head()))
app.post('/inclusion', async (c) => {
  const { seq } = await c.req.json<{ seq: number }>()
  return c.json(await log(c.env).inclusion(seq, null))
})

export default app
