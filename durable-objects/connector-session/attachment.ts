import { z } from 'zod'

/** What a socket carries through hibernation. */
const Attachment = z.object({
  v: z.literal(1),
  openedAt: z.number(),
  /** When a frame came last; heartbeats are counted by the platform. */
  heardAt: z.number(),
  /** Digest of the token that it came with: a token may be replaced before the hello. */
  tokenDigest: z.string(),
  /** Null until the hello. */
  journalId: z.string().nullable(),
  /** Whether it lets itself be told to stop agents. */
  takesStops: z.boolean().default(false),
})
export type Attachment = z.infer<typeof Attachment>

export const attach = (socket: WebSocket, attachment: Attachment): void => socket.serializeAttachment(attachment)

export const attachmentOf = (socket: WebSocket): Attachment => Attachment.parse(socket.deserializeAttachment())
