import WebSocket from 'ws'
import { z } from 'zod'

const Frame = z.union([
  z.object({ type: z.literal('event'), event: z.string(), payload: z.unknown().optional() }),
  z.object({
    type: z.literal('res'),
    id: z.string(),
    ok: z.boolean(),
    payload: z.unknown().optional(),
    error: z.unknown().optional(),
  }),
])

export interface Operator {
  call: (method: string, params: Record<string, unknown>) => Promise<unknown>
  close: () => void
}

const everyScope = ['operator.read', 'operator.write', 'operator.admin']

/**
 * An operator of the gateway who starts runs, as a person at its command line would. It does not offer to answer
 * approvals, so whatever is decided was decided through ClawButler. Without the scope
 * `operator.admin` the gateway takes its messages for those of a stranger.
 */
export const connectOperator = (url: string, token: string, scopes = everyScope): Promise<Operator> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    const waiting = new Map<string, { resolve: (payload: unknown) => void; reject: (error: Error) => void }>()
    const call = (method: string, params: Record<string, unknown>): Promise<unknown> =>
      new Promise((done, fail) => {
        const id = crypto.randomUUID()
        waiting.set(id, { resolve: done, reject: fail })
        socket.send(JSON.stringify({ type: 'req', id, method, params }))
      })
    const hello = async () => {
      await call('connect', {
        minProtocol: 4,
        maxProtocol: 4,
        client: { id: 'cli', mode: 'cli', version: '1.0.0', platform: 'linux' },
        role: 'operator',
        scopes,
        caps: [],
        auth: { token },
      })
      resolve({ call, close: () => socket.close() })
    }
    socket.on('error', reject)
    socket.on('close', (code, reason) => {
      const error = new Error(`gateway closed with ${code} ${reason.toString()}`)
      for (const each of waiting.values()) each.reject(error)
      reject(error)
    })
    socket.on('message', (data) => {
      const frame = Frame.safeParse(JSON.parse(data.toString()))
      if (!frame.success) return
      if (frame.data.type === 'event') {
        if (frame.data.event === 'connect.challenge') hello().catch(reject)
        return
      }
      const pending = waiting.get(frame.data.id)
      waiting.delete(frame.data.id)
      if (frame.data.ok) pending?.resolve(frame.data.payload)
      else pending?.reject(new Error(JSON.stringify(frame.data.error)))
    })
  })

/** Sends a message to an agent; the stub model does what it says. Answers the run's id. */
export const sendMessage = async (operator: Operator, sessionKey: string, message: string): Promise<string> => {
  const idempotencyKey = crypto.randomUUID()
  const started = z
    .object({ runId: z.string() })
    .parse(await operator.call('chat.send', { sessionKey, message, idempotencyKey }))
  return started.runId
}

/** Lets an agent run one command by its exec tool; answers the run's id. */
export const startRun = (operator: Operator, sessionKey: string, command: string): Promise<string> =>
  sendMessage(operator, sessionKey, `EXEC:${command}`)

/** Waits until a run has ended; answers how. */
export const waitForRun = async (operator: Operator, runId: string): Promise<string> =>
  z.object({ status: z.string() }).parse(await operator.call('agent.wait', { runId, timeoutMs: 60_000 })).status
