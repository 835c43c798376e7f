import { MemoryPath } from '../../../worker/features/connectors/link/memory/contract.ts'
import { MemoryFile } from '../../../worker/features/memory/contract.ts'
import type { Session } from '../../api/session.ts'
import { usage } from '../../output/failure.ts'
import { pathOf } from '../agents/path.ts'

export const memoryOf = (agentId: string): string => `${pathOf(agentId)}/memory`

/** Where a file of an agent's memory is asked for. A path that names no such file is a usage error. */
export function fileOf(agentId: string, path: string): string {
  if (!MemoryPath.safeParse(path).success)
    throw usage(`${path} is no file of a memory: MEMORY.md, or .md and .txt below memory/.`)
  return `${memoryOf(agentId)}/files/${encodeURIComponent(path)}`
}

export const readMemory = (session: Session, agentId: string, path: string): Promise<MemoryFile> =>
  session.get(fileOf(agentId, path), MemoryFile)
