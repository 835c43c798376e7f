import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Received {
  path: string
  id: string
  timestamp: number
  body: string
  /** Whether the signature is what Standard Webhooks say, by no code of ours. */
  isGenuine: boolean
}

/** A system that is called back: remembers what came, and answers each path as it is told to. */
export const aReceiver = async (secret: string, answers: Record<string, { status: number; location?: string }>) => {
  const received: Received[] = []
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const header = (name: string) => String(request.headers[`webhook-${name}`] ?? '')
      const signed = createHmac('sha256', key)
        .update(`${header('id')}.${header('timestamp')}.${body}`)
        .digest('base64')
      const path = request.url ?? ''
      received.push({
        path,
        id: header('id'),
        timestamp: Number(header('timestamp')),
        body,
        isGenuine: header('signature') === `v1,${signed}`,
      })
      const { status, location } = answers[path] ?? { status: 404 }
      response.writeHead(status, location === undefined ? {} : { location }).end('x'.repeat(100_000))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    answers,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
