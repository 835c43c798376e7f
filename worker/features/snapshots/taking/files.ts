import { Buffer } from 'node:buffer'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { askGateway, type DescribedAgent } from '../../agents/index.ts'
import { type AgentFile, noText, type Tree } from '../../connectors/link/questions/contract.ts'
import type { KnownFile } from '../diff/contract.ts'

/** Texts that stand in one version: a row of D1 holds two megabytes, compressed and sealed. */
const textsMax = 512 * 1024
const textMax = 96 * 1024

/** The agent writes it by itself and its memory keeps its versions: going back must not make it forget. */
const memory = 'MEMORY.md'

type Listed = { name: string; sizeBytes: number | null; updatedAt: string | null }

/**
 * The files that a gateway keeps for an agent, each by its name: its text, or what is known of one whose text is not,
 * with the reason. Null when the list was not complete. Throws as `askGateway` does.
 */
export const filesOf = async (ctx: OrganizationContext, agent: DescribedAgent): Promise<Tree | null> => {
  const how = { liveOnly: true, isKept: false }
  const { answer } = await askGateway(ctx, agent, { question: 'files.list', agent: agent.externalId }, how)
  if (!answer.isComplete) return null
  const files: Tree = {}
  let left = textsMax
  for (const listed of answer.files.filter(({ isMissing, name }) => !isMissing && name !== memory)) {
    const file = await fileOf(ctx, agent, listed, left)
    if (file === null) continue
    if (typeof file === 'string') left -= Buffer.byteLength(file)
    files[listed.name] = file
  }
  return files
}

/**
 * A gateway gives the nearest text of whatever lies there, with the hash of what it is: where the two differ, writing the
 * text back would make another file.
 */
const isText = ({ content, hash }: AgentFile): boolean =>
  hash === null ? !content.includes(noText) : digestOf(content) === hash

/** Null: gone since it was listed. */
const fileOf = async (
  ctx: OrganizationContext,
  agent: DescribedAgent,
  { name, sizeBytes, updatedAt }: Listed,
  left: number,
): Promise<string | Tree | null> => {
  try {
    const question = { question: 'files.get', agent: agent.externalId, name } as const
    const { file } = (await askGateway(ctx, agent, question, { liveOnly: true, isKept: false })).answer
    if (file.isMissing) return null
    const known = (reason: KnownFile['reason'], more = {}) => ({
      hash: file.hash,
      sizeBytes: file.sizeBytes,
      reason,
      ...more,
    })
    if (file.redactions > 0) return known('redacted', { text: file.content })
    if (!isText(file)) return known('not_text')
    return Buffer.byteLength(file.content) > Math.min(textMax, left) ? known('too_large') : file.content
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'too_large') throw error
    // The link does not carry it, so nobody here knows its hash.
    return { hash: null, sizeBytes, updatedAt, reason: 'too_large' }
  }
}
