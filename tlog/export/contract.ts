import { z } from 'zod'
import { noteBytesMax } from '../note.ts'
import { successionsMax } from '../succession.ts'

/** An organization's whole audit sequence in one file: JSON Lines, first what the log says of itself, then every event. */
export const exportFormat = 'clawbutler.audit/1'

export const ExportHead = z.object({
  format: z.literal(exportFormat),
  /** C2SP signed note over exactly the events that follow. */
  checkpoint: z.string().max(noteBytesMax),
  /** The newest checkpoint that the log's quorum of witnesses had cosigned, over events of this file. */
  witnessed: z.string().max(noteBytesMax).optional(),
  /** The keys that the log says it signs with, as verifier keys; whoever verifies should know them from elsewhere. */
  keys: z.array(z.string().max(2_500)).max(100),
  /** By which its earlier keys vouch for the later ones (tlog/succession.ts). */
  successions: z.array(z.string().max(2_000)).max(successionsMax).optional(),
})
export type ExportHead = z.infer<typeof ExportHead>

export const ExportedEvent = z.object({
  seq: z.number().int().positive(),
  /** The canonical bytes, as text. */
  leaf: z.string(),
  /** RFC 6962 leaf hash as the log has it, hex. */
  hash: z.string(),
  /** Canonical JSON; null when it has been erased. */
  payload: z.string().nullable(),
  /** Base64; null when the payload has been erased. */
  salt: z.string().nullable(),
})
export type ExportedEvent = z.infer<typeof ExportedEvent>
