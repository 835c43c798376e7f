import { attach, attachmentOf } from './attachment.ts'

/** The connector's sockets: at most one has said hello and lives; others wait for their hello or are closing. */
export class Sockets {
  private readonly ctx: DurableObjectState

  constructor(ctx: DurableObjectState) {
    this.ctx = ctx
    // Heartbeats are answered by the platform: they wake nothing.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  /** Takes in a new connection and answers the end that goes to the client. */
  accept(tokenDigest: string, now: number): WebSocket {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    attach(server, { v: 1, openedAt: now, heardAt: now, tokenDigest, journalId: null, takesStops: false })
    return client
  }

  open(): WebSocket[] {
    return this.ctx.getWebSockets().filter((socket) => socket.readyState === WebSocket.OPEN)
  }

  /** The socket that has said hello. */
  live(): WebSocket | undefined {
    return this.open().find((socket) => attachmentOf(socket).journalId !== null)
  }

  /** Those that have not said hello, the oldest first. */
  speechless(): WebSocket[] {
    return this.open()
      .filter((socket) => attachmentOf(socket).journalId === null)
      .sort((a, b) => attachmentOf(a).openedAt - attachmentOf(b).openedAt)
  }

  /** When the connector was last heard on this socket: a frame, or a heartbeat. */
  heardAt(socket: WebSocket): number {
    const beat = this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0
    return Math.max(beat, attachmentOf(socket).heardAt)
  }
}
