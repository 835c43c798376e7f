import { z } from 'zod'
import {
  type AgentFile,
  type AnswerTo,
  FileName,
  fileBytesMax,
} from '../../../worker/features/connectors/link/questions/contract.ts'
import { instant } from '../bounded.ts'
import type { GatewaySession } from '../session.ts'
import { redactText } from './redact.ts'
import { TooLarge } from './refused.ts'

const FileRow = z.object({
  name: z.string(),
  missing: z.boolean(),
  size: z.number().int().nonnegative().nullish().catch(null),
  updatedAtMs: z.number().nullish().catch(null),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullish()
    .catch(null),
  content: z.string().optional(),
})
export type FileRow = z.infer<typeof FileRow>
export const FileAnswer = z.object({ file: FileRow })

/** The files that the gateway keeps for an agent; those that are not there yet are listed as missing. */
export async function listFiles(session: GatewaySession, agentId: string): Promise<AnswerTo<'files.list'>> {
  const { files } = await session.call('agents.files.list', { agentId }, z.object({ files: z.array(FileRow) }), 60_000)
  const named = files.filter(({ name }) => FileName.safeParse(name).success)
  return { question: 'files.list', files: named.slice(0, 200).map(factsOf), isComplete: named.length <= 200 }
}

/** Throws `TooLarge` for a file beyond the bound. */
export async function readFile(
  session: GatewaySession,
  agentId: string,
  name: string,
  known: readonly string[],
): Promise<AgentFile> {
  const file = await rawFile(session, agentId, name)
  const content = file.content ?? ''
  if (Buffer.byteLength(content) > fileBytesMax)
    throw new TooLarge(`${name} has ${Buffer.byteLength(content)} bytes; ${fileBytesMax} are the most that is shown.`)
  const { text, redactions } = redactText(content, known)
  return { ...factsOf(file), hash: file.missing ? null : (file.hash ?? null), content: text, redactions }
}

export const rawFile = async (session: GatewaySession, agentId: string, name: string): Promise<FileRow> =>
  (await session.call('agents.files.get', { agentId, name }, FileAnswer, 60_000)).file

const factsOf = ({ name, missing, size, updatedAtMs }: FileRow) => ({
  name,
  isMissing: missing,
  sizeBytes: size ?? null,
  updatedAt: updatedAtMs ? instant(updatedAtMs) : null,
})
