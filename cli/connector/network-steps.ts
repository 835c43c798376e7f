import { lookup } from 'node:dns/promises'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isLoopback } from '../gateway/tokens.ts'
import type { Outcome } from './steps.ts'

const timeoutMs = 5_000
const portOf = (url: URL) => Number(url.port) || (['https:', 'wss:'].includes(url.protocol) ? 443 : 80)
const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, '')

/** Does the server's name lead anywhere? */
export async function serverDns(server: string): Promise<Outcome> {
  const { hostname } = new URL(server)
  const { address } = await lookup(hostOf(new URL(server)))
  return { outcome: 'pass', detail: `${hostname} is ${address}.` }
}

/** Is the way to the server encrypted, and with a certificate that this machine trusts? */
export async function serverTls(server: string): Promise<Outcome> {
  const url = new URL(server)
  if (url.protocol !== 'https:') {
    if (isLoopback(server)) return { outcome: 'pass', detail: 'Plain HTTP within this machine.' }
    return {
      outcome: 'warn',
      detail: 'The connection to the server is not encrypted.',
      remedy: 'Use an https:// address, so that nobody on the way can read the token.',
    }
  }
  return new Promise((resolve, reject) => {
    const host = hostOf(url)
    const socket = connectTls({ host, port: portOf(url), servername: host, timeout: timeoutMs }, () => {
      const { valid_to } = socket.getPeerCertificate()
      socket.end()
      resolve({
        outcome: 'pass',
        detail: `${socket.getProtocol() ?? 'TLS'}; the certificate is good until ${valid_to}.`,
      })
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
  if (answer.ok) return { outcome: 'pass', detail: `The server answers (${answer.status}).` }
  return {
    outcome: 'warn',
    detail: `The server answers ${answer.status} at /health.`,
    remedy: 'Check that the address is that of ClawButler itself, not of a proxy before it.',
  }
}

/** Does anything listen where the gateway should be? */
export function gatewayReachable(gateway: string): Promise<Outcome> {
  const url = new URL(gateway)
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: hostOf(url), port: portOf(url), timeout: timeoutMs }, () => {
      socket.end()
      resolve({ outcome: 'pass', detail: `Something listens at ${url.host}.` })
    })
    socket.on('error', reject)
    socket.on('timeout', () => socket.destroy(new Error('no answer in time')))
  })
}
