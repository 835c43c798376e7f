import { hostname } from 'node:os'
import { z } from 'zod'
import { GatewayRequestFailed } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'
import { isLoopback } from '../tokens.ts'

const SystemInfo = z.object({ hostname: z.string() })

/**
 * Whether the gateway's files are this machine's. A loopback address alone says little, for it may be a tunnel: the gateway
 * must name this machine as its own. One that does not tell is elsewhere; one that is gone throws.
 */
export async function isHere(session: GatewaySession): Promise<boolean> {
  if (!isLoopback(session.url)) return false
  try {
    return (await session.call('system.info', {}, SystemInfo)).hostname === hostname()
  } catch (error) {
    if (error instanceof GatewayRequestFailed) return false
    throw error
  }
}
