import { access, constants, realpath, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'
import type { GatewaySession } from '../../session.ts'
import { isLoopback } from '../../tokens.ts'

const SystemInfo = z.object({ hostname: z.string() })

/**
 * The real path of an agent's workspace where this process may write to it; null otherwise. A loopback address alone says
 * little, for it may be a tunnel: the gateway must name this machine as its own, and the folder must be there.
 */
export async function writableWorkspace(session: GatewaySession, workspace: string): Promise<string | null> {
  // Windows has neither of the flags with which a folder is entered without following a link.
  if (process.platform === 'win32' || !isLoopback(session.url)) return null
  const here = await session.call('system.info', {}, SystemInfo).catch(() => null)
  if (here?.hostname !== hostname()) return null
  try {
    const path = await realpath(workspace)
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return (await stat(path)).isDirectory() ? path : null
  } catch {
    return null
  }
}
