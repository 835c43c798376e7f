import { z } from 'zod'
import { AgentFile as FileAtGateway, fileBytesMax } from '../../connectors/link/questions/contract.ts'
import { AgentChange } from '../changes/contract.ts'
import { Freshness } from '../live/contract.ts'

export const AgentFile = FileAtGateway.extend({ freshness: Freshness })
export type AgentFile = z.infer<typeof AgentFile>

/** `expectedHash`: of the file that the content takes the place of; null for one that is not there yet. */
export const PutFile = z.strictObject({
  content: z.string().max(fileBytesMax),
  expectedHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
})
export type PutFile = z.infer<typeof PutFile>

/** `file` is read back; null while nobody knows yet what became of the change. */
export const FileChanged = z.object({ change: AgentChange, file: AgentFile.nullable() })
export type FileChanged = z.infer<typeof FileChanged>
