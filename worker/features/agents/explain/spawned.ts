import { explainTools } from './explain-tools.ts'
import type { Facts } from './facts.ts'
import { handedDown } from './policy/inherited.ts'
import { type Situation, shapeOf, situationOf } from './situation.ts'

/** A conversation as its gateway lists it. */
interface Conversation {
  key: string
  spawnedBy: string | null
}

/** Deeper than any gateway lets agents spawn. */
const parentsMax = 20

/**
 * The conversations above a sub-agent's, the nearest first; none for one that nobody spawned. One that the gateway does
 * not list is taken for a child of the agent's main conversation, `depth` parents deep. `listed` is asked for the
 * conversations of an agent, once for each; null where it cannot say.
 */
export const parentsOf = async (
  sessionKey: string,
  mainKey: string,
  depth: number,
  listed: (agent: string) => Promise<readonly Conversation[] | null>,
): Promise<string[]> => {
  const asked = new Map<string, readonly Conversation[]>()
  const parents: string[] = []
  for (let key = sessionKey; shapeOf(key).kind === 'subagent' && parents.length < parentsMax; ) {
    const agent = agentIn(key)
    const conversations = asked.get(agent) ?? (await listed(agent)) ?? []
    asked.set(agent, conversations)
    const found = conversations.find((each) => each.key === key)
    if (!found) return [...parents, ...Array.from({ length: depth - 1 }, () => `agent:${agent}:subagent:any`), mainKey]
    if (found.spawnedBy === null) return parents
    parents.push(found.spawnedBy)
    key = found.spawnedBy
  }
  return parents
}

/**
 * What a child of these conversations would be handed down if it were spawned now, each by the rules that are in force. The
 * first of them was begun by an operator; a spawned run acts for nobody who owns the gateway.
 */
export const inheritedFrom = (facts: Facts, parents: readonly string[]): Situation['inherited'] =>
  parents.toReversed().reduce<Situation['inherited']>((inherited, sessionKey, spawnDepth) => {
    const sender = { owner: spawnDepth === 0 }
    const given = { sessionKey, inherited, spawnDepth, sender }
    return handedDown(explainTools(facts, situationOf(facts.completed, agentIn(sessionKey), given)))
  }, null)

const agentIn = (sessionKey: string): string => sessionKey.split(':')[1] ?? ''
