import { env } from 'cloudflare:test'
import { createHmac } from 'node:crypto'
import { vi } from 'vitest'

export interface Posted {
  url: string
  headers: Headers
  body: string
}

const hosts: string[] = []

/** At the end of each test: nobody sends to its receivers any more, and `fetch` is as it was. */
export const closeReceivers = async (): Promise<void> => {
  for (const host of hosts.splice(0))
    await env.DB.prepare('DELETE FROM audit_streams WHERE url = ?').bind(`https://${host}/audit`).run()
  vi.unstubAllGlobals()
}

/**
 * A receiver of streams beyond the internet, in place of `fetch`: takes what comes to its own host, remembers it, and answers
 * as it is told to. Other hosts are reached as before.
 */
export const aStreamReceiver = () => {
  const host = `siem-${crypto.randomUUID().slice(0, 8)}.acme.dev`
  hosts.push(host)
  const posted: Posted[] = []
  const real = globalThis.fetch
  let answer: () => Promise<Response> | Response = () => new Response('ok')
  vi.stubGlobal('fetch', async (target: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(target, init)
    if (new URL(request.url).host !== host) return real(target, init)
    posted.push({ url: request.url, headers: request.headers, body: await request.text() })
    return answer()
  })
  return {
    url: `https://${host}/audit`,
    posted,
    answers: (next: () => Promise<Response> | Response) => {
      answer = next
    },
  }
}

/** Whether one of the signatures is what Standard Webhooks say for this secret, by no code of ours. */
export const isSignedBy = (secret: string, { headers, body }: Posted): boolean => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const [id, at, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers.get(`webhook-${name}`) ?? '')
  const expected = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')
  return (signatures ?? '').split(' ').includes(`v1,${expected}`)
}
