import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { freePort } from '../../../cli/serve/free-port.ts'

/** request: it never reaches the gateway. answer: the gateway does it, and its answer reaches nobody. */
type Lost = 'request' | 'answer'

export interface GatewayProxy {
  url: string
  /** The nth call of this method from now on loses its request or its answer; resolves when that has happened. */
  lose: (what: Lost, method: string, nth?: number) => Promise<void>
  close: () => Promise<void>
}

const Frame = z.object({ type: z.string(), id: z.string(), method: z.string().optional() })

/** Stands between a connector and its gateway, passes on every frame, and loses what it is told to, as a line that breaks does. */
export const startGatewayProxy = async (gateway: string): Promise<GatewayProxy> => {
  const port = await freePort('127.0.0.1')
  const sockets = new WebSocketServer({ host: '127.0.0.1', port, maxPayload: 26_214_400 })
  let planned: { what: Lost; method: string; left: number; lost: () => void } | null = null
  sockets.on('connection', (client) => {
    const upstream = new WebSocket(gateway, { maxPayload: 26_214_400 })
    const waiting: string[] = []
    let awaited: { id: string; lost: () => void } | null = null
    const frameIn = (text: string) => Frame.safeParse(JSON.parse(text)).data
    const send = (text: string) => {
      if (upstream.readyState === WebSocket.OPEN) upstream.send(text)
      else waiting.push(text)
    }
    client.on('message', (data: RawData) => {
      const text = String(data)
      const frame = frameIn(text)
      if (!planned || frame?.method !== planned.method || --planned.left > 0) return send(text)
      const { what, lost } = planned
      planned = null
      if (what === 'request') return lost()
      awaited = { id: frame.id, lost }
      send(text)
    })
    upstream.on('open', () => {
      for (const text of waiting.splice(0)) upstream.send(text)
    })
    upstream.on('message', (data: RawData) => {
      const text = String(data)
      if (awaited === null || frameIn(text)?.id !== awaited.id) return client.send(text)
      awaited.lost()
      awaited = null
    })
    const end = () => {
      client.close()
      upstream.close()
    }
    for (const each of [client, upstream]) each.on('close', end).on('error', end)
  })
  return {
    url: `ws://127.0.0.1:${port}`,
    lose: (what, method, nth = 1) =>
      new Promise((lost) => {
        planned = { what, method, left: nth, lost }
      }),
    close: async () => {
      for (const client of sockets.clients) client.terminate()
      await new Promise((resolve) => sockets.close(resolve))
    },
  }
}
