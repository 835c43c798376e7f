import { DurableObject } from 'cloudflare:workers'
import { Hono } from 'hono'
import { z } from 'zod'
import { migrations } from '../../durable-objects/audit-log/migrations.ts'
import { migrate } from '../../durable-objects/support/migrate.ts'

interface Bindings {
  BARE_LOG: DurableObjectNamespace<BareLog>
}

const Frame = z.object({
  events: z.array(z.object({ n: z.number(), key: z.string(), type: z.string(), at: z.string(), payload: z.unknown() })),
})
const digest = new Uint8Array(32)

/** The least that a durable log over a socket does: takes frames in, inserts the rows, answers. */
export class BareLog extends DurableObject<Bindings> {
  private seq = 0

  constructor(ctx: DurableObjectState, env: Bindings) {
    super(ctx, env)
    migrate(ctx.storage, migrations)
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
        sql.exec(
          `INSERT INTO events (seq, key, id, type, at, recorded_at, actor_kind, actor_id, agent_id, connector_id, target,
             risk, trace_id, leaf, leaf_hash, payload, salt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...[this.seq, key, key, type, Date.parse(at), now, 'connector', 'con', 'agt', 'con', null],
          ...[0, null, text, digest, text, digest],
        )
      }
    })
    socket.send(JSON.stringify({ kind: 'ack', through: events.at(-1)?.n ?? 0 }))
  }
}

let agents: unknown = null

const app = new Hono<{ Bindings: Bindings }>()
  .get('/append', (c) => c.env.BARE_LOG.get(c.env.BARE_LOG.idFromName('bare')).fetch(c.req.raw))
  .put('/agents', async (c) => {
    agents = await c.req.json()
    return c.body(null, 204)
  })
  .get('/agents', (c) => c.json(agents))

export default app
