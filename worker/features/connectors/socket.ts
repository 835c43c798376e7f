import { Hono } from 'hono'
import { connectorSession, sessionHeaders } from '../../../durable-objects/connector-session/stub.ts'
import type { AppEnv } from '../../http/app-env.ts'
import { AppError } from '../../platform/errors.ts'
import { closeCodes, linkSubprotocol } from './link/contract.ts'
import { connectorByToken } from './session.ts'

/** Where connectors dial in. A wrong token is a plain 401; a paused connector is told so by the close code. */
export const connectorSocket = new Hono<AppEnv>().get('/connect', async (c) => {
  if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
    throw new AppError('invalid', 'This address speaks WebSocket only.')
  const offered = (c.req.header('sec-websocket-protocol') ?? '').split(',').map((protocol) => protocol.trim())
  if (!offered.includes(linkSubprotocol)) throw new AppError('invalid', `Offer the subprotocol ${linkSubprotocol}.`)
  const token = /^Bearer (\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  const connector = token === undefined ? undefined : await connectorByToken(c.get('request'), token)
  if (!connector) throw new AppError('unauthenticated', 'No connector has this token.')
  if (connector.state === 'paused') return refuse(closeCodes.paused, 'paused')
  const headers = new Headers(c.req.raw.headers)
  headers.delete('authorization')
  headers.set(sessionHeaders.organization, connector.organizationId)
  headers.set(sessionHeaders.connector, connector.id)
  headers.set(sessionHeaders.tokenDigest, connector.tokenDigest)
  return connectorSession(c.env, connector.id).fetch(new Request(c.req.raw, { headers }))
})

/** Accepts only to close: a WebSocket client reads close codes, not the status of a refused upgrade. */
const refuse = (code: number, reason: string): Response => {
  const { 0: client, 1: server } = new WebSocketPair()
  server.accept()
  server.close(code, reason)
  return new Response(null, {
    status: 101,
    webSocket: client,
    headers: { 'sec-websocket-protocol': linkSubprotocol },
  })
}
