import { access, constants, realpath, stat } from 'node:fs/promises'
import type { GatewaySession } from '../../session.ts'
import { isHere } from '../here.ts'

/** The real path of an agent's workspace where this process may write to it; null otherwise. */
export async function writableWorkspace(session: GatewaySession, workspace: string): Promise<string | null> {
  // Windows has neither of the flags with which a folder is entered without following a link.
  if (process.platform === 'win32' || !(await isHere(session).catch(() => false))) return null
  try {
    const path = await realpath(workspace)
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return (await stat(path)).isDirectory() ? path : null
  } catch {
    return null
  }
}
