import { z } from 'zod'
import type { MemoryFileFacts, MemoryHit } from '../../../../worker/features/connectors/link/memory/contract.ts'
import type { AnswerTo } from '../../../../worker/features/connectors/link/questions/contract.ts'
import { cut } from '../../bounded.ts'
import { GatewayRequestFailed } from '../../refusal.ts'
import type { GatewaySession } from '../../session.ts'
import { redactText } from '../redact.ts'
import { TooLarge } from '../refused.ts'
import { listMemory, rawMemory } from './files.ts'
import { matchesIn, wordsOf } from './match.ts'

const Hit = z.object({
  path: z.string().catch(''),
  snippet: z.string().catch(''),
  startLine: z.number().int().nonnegative().nullish().catch(null),
  score: z.number().nullish().catch(null),
})
const Found = z.object({ results: z.array(Hit) })

const hitsMax = 50
const filesMax = 400
const bytesMax = 16 * 1024 * 1024
/** The cloud waits for an answer 45 seconds. */
const timeMs = 20_000
const atOnce = 8

/**
 * Searches in the gateway's own index; where it has none, or finds nothing (it may not know how to part Chinese), in the
 * files themselves, for the very characters.
 */
export async function searchMemory(
  session: GatewaySession,
  agentId: string,
  query: string,
  known: readonly string[],
): Promise<AnswerTo<'memory.search'>> {
  const results = await searchIndex(session, agentId, query)
  if (results.length === 0) return searchText(session, agentId, query, known)
  const hits = results.slice(0, hitsMax).map(({ path, snippet, startLine, score }) => ({
    path: cut(path, 1_000),
    line: startLine ?? null,
    snippet: cut(redactText(snippet, known).text, 4_000),
    score: score ?? null,
  }))
  return { question: 'memory.search', hits, searchedBy: 'gateway', isComplete: results.length < hitsMax }
}

async function searchIndex(session: GatewaySession, agentId: string, query: string) {
  try {
    const params = { agentId, query, maxResults: hitsMax }
    return (await session.call('memory.search', params, Found, 20_000)).results
  } catch (error) {
    if (error instanceof GatewayRequestFailed && hasNoIndex(error)) return []
    throw error
  }
}

/** The gateway says "unavailable", as when it is busy; but no waiting brings a plugin or an embedding model. */
const hasNoIndex = ({ message, code }: GatewayRequestFailed): boolean =>
  /memory (plugin|search) (unavailable|failed)|unknown method/i.test(message) || code === 'NOT_IMPLEMENTED'

async function searchText(
  session: GatewaySession,
  agentId: string,
  query: string,
  known: readonly string[],
): Promise<AnswerTo<'memory.search'>> {
  const until = Date.now() + timeMs
  const words = wordsOf(query)
  const { files, isComplete } = await listMemory(session, agentId)
  const { chosen, isAll } = within(files)
  const waiting = [...chosen]
  const hits: MemoryHit[] = []
  let skipped = 0
  const read = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      if (Date.now() > until) return void skipped++
      const found = await rawMemory(session, agentId, file.path).catch((error) => {
        if (error instanceof TooLarge) skipped++
        else throw error
      })
      // Redacted before it is searched, so that nobody finds out a secret by looking for its beginning.
      const { text } = redactText(found?.content ?? '', known)
      hits.push(...matchesIn(text, words).map((match) => ({ path: file.path, ...match })))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, read))
  const newest = new Map(files.map(({ path }, index) => [path, index]))
  const order = (hit: MemoryHit) => newest.get(hit.path) ?? files.length
  const sorted = hits.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0) || order(a) - order(b))
  return {
    question: 'memory.search',
    hits: sorted.slice(0, hitsMax),
    searchedBy: 'text',
    isComplete: isComplete && isAll && skipped === 0 && sorted.length <= hitsMax,
  }
}

/** The newest files, as far as the bounds reach. */
function within(files: readonly MemoryFileFacts[]) {
  let bytes = 0
  const chosen = files.slice(0, filesMax).filter(({ sizeBytes }) => {
    bytes += sizeBytes ?? 0
    return bytes <= bytesMax
  })
  return { chosen, isAll: chosen.length === files.length }
}
