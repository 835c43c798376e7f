import {
  FrameFromConnector,
  type FrameToConnector,
  frameBytesMax,
} from '../../worker/features/connectors/link/contract.ts'

export interface BadFrame {
  fault: string
  /** Where and why; never the content. */
  detail: string
}

/** Parses a frame by the contract. What does not fit is told by path, never by content. */
export const parseFrame = (
  message: string | ArrayBuffer,
): { ok: true; frame: FrameFromConnector } | ({ ok: false } & BadFrame) => {
  if (typeof message !== 'string') return { ok: false, fault: 'binary', detail: 'frames are text' }
  if (message.length > frameBytesMax) return { ok: false, fault: 'oversized', detail: `over ${frameBytesMax} bytes` }
  let json: unknown
  try {
    json = JSON.parse(message)
  } catch {
    return { ok: false, fault: 'not-json', detail: 'the frame is not JSON' }
  }
  const parsed = FrameFromConnector.safeParse(json)
  if (parsed.success) return { ok: true, frame: parsed.data }
  const [issue] = parsed.error.issues
  return { ok: false, fault: 'unfit', detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}` }
}

/** A socket that closed in the meantime loses nothing: commands wait, and acknowledgements are repeated. */
export const sendFrame = (socket: WebSocket, frame: FrameToConnector): void => {
  try {
    socket.send(JSON.stringify(frame))
  } catch {
    socket.close(1011, 'could not send')
  }
}
