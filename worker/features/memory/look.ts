import type { OrganizationContext } from '../../platform/context.ts'
import { askGateway, type DescribedAgent } from '../agents/index.ts'
import type { MemoryFileFacts } from '../connectors/link/memory/contract.ts'
import { fileNow } from './files.ts'
import type { VersionRow } from './schema.ts'
import { newestVersionRows } from './store.ts'

/** Files read in one look; the others are read by the next, since they are still not as they were last seen. */
const readMax = 40
/** The time of a file is by the gateway's clock, that of a look by ours. */
const clockSlackMs = 15 * 60_000

/**
 * Reads the files of an agent's memory that are not as they were last seen, or gone, so that what nobody here wrote is
 * kept as a version and told. Throws as `askGateway` does.
 */
export const lookAtMemory = async (ctx: OrganizationContext, agent: DescribedAgent): Promise<void> => {
  const question = { question: 'memory.files', agent: agent.externalId } as const
  const { files, isComplete } = (await askGateway(ctx, agent, question, { liveOnly: true, isKept: false })).answer
  const known = new Map((await newestVersionRows(ctx, agent.id)).map((row) => [row.path, row]))
  const moved = files.filter((file) => hasMoved(file, known.get(file.path))).map(({ path }) => path)
  const listed = new Set(files.map(({ path }) => path))
  const there = [...known.values()].filter(({ hash }) => hash !== null)
  const gone = isComplete ? there.flatMap(({ path }) => (listed.has(path) ? [] : [path])) : []
  for (const path of [...moved, ...gone].slice(0, readMax)) await fileNow(ctx, agent, path)
}

const hasMoved = ({ sizeBytes, updatedAt }: MemoryFileFacts, seen: VersionRow | undefined): boolean =>
  seen === undefined ||
  seen.hash === null ||
  sizeBytes !== seen.sizeBytes ||
  updatedAt === null ||
  Date.parse(updatedAt) > seen.seenAt - clockSlackMs
