import type { GatewayQuestion } from '../../worker/features/connectors/link/questions/contract.ts'
import { newId } from '../../worker/platform/ids.ts'
import { sendFrame } from './frames.ts'
import type { Questions } from './questions.ts'
import type { Asked } from './rpc.ts'

/** A gateway answers one after the other; more than these would only wait there. */
const questionsMax = 24

/** Asks a gateway through its connector's live socket. Never throws: whatever stands in the way is an answer. */
export const askThrough = async (
  questions: Questions,
  socket: WebSocket | undefined,
  question: GatewayQuestion,
  withinMs: number,
): Promise<Asked> => {
  if (!socket) return { ok: false, failure: 'away', detail: 'The connector is not online.' }
  if (questions.size >= questionsMax)
    return { ok: false, failure: 'busy', detail: 'Too many questions wait for this connector.' }
  const id = newId('cmd')
  const deadline = new Date(Date.now() + withinMs).toISOString()
  const answer = await questions.ask(id, withinMs, () =>
    sendFrame(socket, { kind: 'command', id, command: 'gateway.ask', params: question, deadline }),
  )
  if (answer === null) return { ok: false, failure: 'no_answer', detail: 'The connector did not answer in time.' }
  if (!answer.ok) return { ok: false, failure: answer.failure, detail: answer.detail }
  if (answer.answer?.question !== question.question)
    return { ok: false, failure: 'unsupported', detail: 'The connector answered another question.' }
  return { ok: true, answer: answer.answer }
}
