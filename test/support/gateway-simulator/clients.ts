import type { WebSocket } from 'ws'
import type { ConnectParams } from './protocol.ts'

/** One connected operator. */
export type Client = {
  connId: string
  socket: WebSocket
  connect: ConnectParams
  scopes: string[]
  subscribed: boolean
}

export const hasScope = (client: Client, scope: string): boolean => {
  const { scopes } = client
  if (scopes.includes('operator.admin') || scopes.includes(scope)) return true
  return scope === 'operator.read' && scopes.includes('operator.write')
}

/** A client that a pending approval may be shown to; without one the gateway refuses at once. */
export const isApprovalSurface = (client: Client): boolean =>
  (client.scopes.includes('operator.approvals') || client.scopes.includes('operator.admin')) &&
  client.connect.caps.some((cap) => cap === 'approvals' || cap === 'exec-approvals')

export class Clients {
  readonly all = new Set<Client>()
  #seq = 0

  send(client: Client, event: string, payload: unknown): void {
    this.#seq++
    const frame = { type: 'event', event, payload, seq: this.#seq, recipientProfileId: 'gateway-owner' }
    if (client.socket.readyState === client.socket.OPEN) client.socket.send(JSON.stringify(frame))
  }

  broadcast(event: string, payload: unknown, to: (client: Client) => boolean = () => true): void {
    for (const client of this.all) if (to(client)) this.send(client, event, payload)
  }

  byConnection(connId: string | null): Client | undefined {
    return [...this.all].find((client) => client.connId === connId)
  }
}
