import { z } from 'zod'
import type { Operator } from '../../support/openclaw/operator.ts'
import type { StubModel } from '../../support/stub-model.ts'

const Rows = z.object({ sessions: z.array(z.object({ key: z.string(), spawnedBy: z.string().optional() })) })

/** The conversations of an agent that were spawned, with whose run did it, as the gateway lists them. */
export const spawnedOf = async (operator: Operator, agentId: string) => {
  const { sessions } = Rows.parse(await operator.call('sessions.list', { agentId, limit: 200 }))
  return sessions.flatMap(({ key, spawnedBy }) => (spawnedBy === undefined ? [] : [{ key, spawnedBy }]))
}

/** The tools handed with the first request whose newest message of a person has these words, and asks for no tool itself. */
export const handedTo = (model: StubModel, since: number, words: string): string[] | null => {
  const request = model.requests.slice(since).find(({ messages }) => {
    const said = messages.filter(({ role }) => role === 'user').map(({ content }) => JSON.stringify(content))
    const last = said.findLast((text) => !text.includes('BEGIN_OPENCLAW_INTERNAL_CONTEXT'))
    return last?.includes(words) && !last.includes('TOOL:')
  })
  return request ? (request.tools ?? []).map((tool) => tool.function.name) : null
}
