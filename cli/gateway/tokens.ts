import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import json5 from 'json5'
import { z } from 'zod'
import type { Identity } from './identity.ts'

export type TokenSource = 'given' | 'device' | 'configuration' | 'none'
export type GatewayToken = { source: TokenSource; token: string }

const OpenClawConfiguration = z.object({
  gateway: z.object({ auth: z.object({ token: z.string().min(1) }) }),
})

export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** The token in this machine's own OpenClaw configuration, or null when it cannot be read or is no plain text. */
export async function tokenOfLocalConfiguration(env: NodeJS.ProcessEnv): Promise<string | null> {
  const path = env.OPENCLAW_CONFIG_PATH ?? join(env.OPENCLAW_STATE_DIR ?? join(homedir(), '.openclaw'), 'openclaw.json')
  try {
    const configuration = OpenClawConfiguration.parse(json5.parse(await readFile(path, 'utf8')))
    const { token } = configuration.gateway.auth
    return token.startsWith('${') ? null : token
  } catch {
    return null
  }
}

/** The ways in, best first. This device's own token comes second to one that was given, for a given one may be newer. */
export async function gatewayTokens(
  url: string,
  given: string | null,
  identity: Identity,
  env: NodeJS.ProcessEnv,
): Promise<GatewayToken[]> {
  const tokens: GatewayToken[] = []
  if (given) tokens.push({ source: 'given', token: given })
  const device = identity.deviceTokens[url]
  if (device) tokens.push({ source: 'device', token: device })
  if (!given && isLoopback(url)) {
    const local = await tokenOfLocalConfiguration(env)
    if (local) tokens.push({ source: 'configuration', token: local })
  }
  return tokens.length > 0 ? tokens : [{ source: 'none', token: '' }]
}
