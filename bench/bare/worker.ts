import { DurableObject } from 'cloudflare:workers'
import { Hono } from 'hono'
import { z } from 'zod'
import { Database } from '../../durable-objects/database/database.ts'
import { objectDatabase } from '../../worker/platform/object-database.ts'

interface Bindings {
  BARE_LOG: DurableObjectNamespace<BareLog>
  DATABASE: DurableObjectNamespace<Database>
  DB: D1Database
}

export { Database }

const Frame = z.object({
  events: z.array(z.object({ n: z.number(), key: z.string(), type: z.string(), at: z.string(), payload: z.unknown() })),
})
/** A row for each event with a column for each of its facts, and its key once: what keeps it, finds it and proves it. */
const table = `CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, id TEXT, type TEXT, at INTEGER,
  recorded_at INTEGER, actor_kind TEXT, actor_id TEXT, agent_id TEXT, connector_id TEXT, target TEXT, risk INTEGER, trace_id TEXT,
  leaf TEXT, leaf_hash BLOB, payload TEXT, salt BLOB)`
/** As long as the real ones. */
const id = 'evt_01k9n3v5wq0000000000000000'
const agent = 'agt_01k9n3v5wq0000000000000000'
const connector = 'con_01k9n3v5wq0000000000000000'
const trace = '6b7a1f0e52a14c9e8a613d5f0a1b2c3d'
const actor = { kind: 'connector', id: connector }
const alg = 'HMAC-SHA-256'
const commit = 'c'.repeat(43)
const digest = new Uint8Array(32)

/** The least that a durable log over a socket does: takes frames in, inserts the rows, answers. */
export class BareLog extends DurableObject<Bindings> {
  private seq = 0

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    ctx.storage.sql.exec(table)
  }

  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const { events } = Frame.parse(JSON.parse(String(message)))
    const { sql } = this.ctx.storage
    const now = Date.now()
    this.ctx.storage.transactionSync(() => {
      for (const { key, type, at, payload } of events) {
        this.seq += 1
        const text = JSON.stringify(payload)
        const facts = { v: 1, seq: this.seq, id, type, at, ts: now, actor, agent, connector, target: null, risk: 'low' }
        sql.exec(
          `INSERT INTO events (seq, key, id, type, at, recorded_at, actor_kind, actor_id, agent_id, connector_id, target,
             risk, trace_id, leaf, leaf_hash, payload, salt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[this.seq, `${connector}:${key}`, id, type, Date.parse(at), now, actor.kind, actor.id, agent, connector],
          ...[null, 0, trace, JSON.stringify({ ...facts, trace, pl: { alg, commit } }), digest, text, digest],
        )
      }
    })
    socket.send(JSON.stringify({ kind: 'ack', through: events.at(-1)?.n ?? 0 }))
  }
}

let agents: unknown = null
const known = new Set<string>()
/** About as long as an approval's row and its event. */
const row = 'r'.repeat(1_800)
const event = 'e'.repeat(600)

const tables = async (name: string, db: D1Database) => {
  if (known.has(name)) return
  await db.batch([
    db.prepare('create table if not exists rows (id text primary key, state text not null, body text not null)'),
    db.prepare('create table if not exists votes (id text primary key, body text not null)'),
    db.prepare('create table if not exists outbox (position integer primary key autoincrement, body text not null)'),
  ])
  known.add(name)
}

/** The emulated D1, or the object that the product has in its place. */
const databaseNamed = async (name: string, { DB, DATABASE }: Bindings): Promise<D1Database> => {
  const database = name === 'emulator' ? DB : objectDatabase(DATABASE)
  await tables(name, database)
  return database
}

const app = new Hono<{ Bindings: Bindings }>()
  .get('/append', (c) => c.env.BARE_LOG.get(c.env.BARE_LOG.idFromName('bare')).fetch(c.req.raw))
  .put('/agents', async (c) => {
    agents = await c.req.json()
    return c.body(null, 204)
  })
  .get('/agents', (c) => c.json(agents))
  .post('/empty', (c) => c.json({}))
  .post('/:database/:id/read', async (c) => {
    const db = await databaseNamed(c.req.param('database'), c.env)
    await db.prepare('select * from rows where id = ?').bind(c.req.param('id')).raw()
    return c.json({})
  })
  .post('/:database/:id/write', async (c) => {
    const db = await databaseNamed(c.req.param('database'), c.env)
    await db.prepare("insert into rows values (?, 'pending', ?)").bind(c.req.param('id'), row).run()
    return c.json({})
  })
  // As many rounds and statements as asking for an approval takes: rules and grants are looked at where it is written.
  .post('/:database/:id/create', async (c) => {
    const db = await databaseNamed(c.req.param('database'), c.env)
    const id = c.req.param('id')
    const none = "not exists (select 1 from rows where id = 'none')"
    await db.batch([
      db.prepare(`insert into rows select ?, 'pending', ? where ${none} and ${none}`).bind(id, row),
      db.prepare('insert into outbox (body) select ? where changes() > 0').bind(event),
    ])
    return c.json({ id, row })
  })
  // As many as deciding one takes: it is read, then vote, decision and event are written and it is read again.
  .post('/:database/:id/decide', async (c) => {
    const db = await databaseNamed(c.req.param('database'), c.env)
    const id = c.req.param('id')
    await db.prepare('select * from rows where id = ?').bind(id).raw()
    await db.batch([
      db.prepare('insert into votes values (?, ?)').bind(id, event),
      db.prepare("update rows set state = 'decided' where id = ? and state = 'pending'").bind(id),
      db.prepare('insert into outbox (body) select ? where changes() > 0').bind(event),
      db.prepare('select * from rows where id = ?').bind(id),
    ])
    return c.json({ id, row })
  })

export default app
