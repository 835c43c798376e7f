import { lookup } from 'node:dns/promises'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isLoopback } from '../../gateway/tokens.ts'
import { type Outcome, pass, warn } from './step.ts'

const timeoutMs = 5_000
const portOf = (url: URL) => Number(url.port) || (['https:', 'wss:'].includes(url.protocol) ? 443 : 80)
const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, '')

/** Does the server's name lead anywhere? */
export async function serverDns(server: string): Promise<Outcome> {
  const { hostname } = new URL(server)
  const { address } = await lookup(hostOf(new URL(server)))
  return pass('resolved', { host: hostname, address })
}

/** Is the way to the server encrypted, and with a certificate that this machine trusts? */
export async function serverTls(server: string): Promise<Outcome> {
  const url = new URL(server)
  if (url.protocol !== 'https:') {
    return isLoopback(server) ? pass('plain_loopback') : warn('not_encrypted', {}, 'encrypt')
  }
  return new Promise((resolve, reject) => {
    const host = hostOf(url)
    const socket = connectTls({ host, port: portOf(url), servername: host, timeout: timeoutMs }, () => {
      const { valid_to } = socket.getPeerCertificate()
      socket.end()
      resolve(pass('tls_ok', { protocol: socket.getProtocol() ?? 'TLS', until: valid_to }))
    })
    socket.on('error', reject)
    socket.on('timeout', () => socket.destroy(new Error('no answer in time')))
  })
}

/** Does the server answer HTTP, and does its clock agree with ours? */
export async function serverReachable(server: string): Promise<Outcome> {
  const url = new URL(server)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/health`
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' })
  await answer.body?.cancel()
  const { status } = answer
  return answer.ok ? pass('answers', { status }) : warn('answers_else', { status }, 'not_clawbutler')
}

/** Does anything listen where the gateway should be? */
export function gatewayReachable(gateway: string): Promise<Outcome> {
  const url = new URL(gateway)
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: hostOf(url), port: portOf(url), timeout: timeoutMs }, () => {
      socket.end()
      resolve(pass('listens', { host: url.host }))
    })
    socket.on('error', reject)
    socket.on('timeout', () => socket.destroy(new Error('no answer in time')))
  })
}
