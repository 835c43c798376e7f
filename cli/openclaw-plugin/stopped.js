import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const place = Symbol.for('clawbutler.stopped')
const agentsMax = 5_000

/**
 * Whom the connector said to stop, beside whom the configuration names. Kept in a file of the gateway's state, so that a
 * restart forgets nobody, and in memory for all loadings, so that it holds at once.
 */
export function openStopped(stateDir) {
  const path = stateDir ? join(stateDir, 'clawbutler', 'stopped.json') : null
  globalThis[place] ??= { agents: new Set(read(path)) }
  const change = (next) => {
    // On disk first: whoever is told that it is done can rely on it.
    write(path, [...next])
    globalThis[place].agents = next
    return [...next]
  }
  return {
    has: (agent) => globalThis[place].agents.has(agent.toLowerCase()),
    list: () => [...globalThis[place].agents],
    stop: (named) => change(new Set([...globalThis[place].agents, ...named].slice(0, agentsMax))),
    release: (named) => change(new Set([...globalThis[place].agents].filter((agent) => !named.includes(agent)))),
  }
}

/** Throws for a damaged file: a plugin that does not load is seen, one that forgot whom it refuses is not. */
function read(path) {
  if (path === null || !existsSync(path)) return []
  const { agents } = JSON.parse(readFileSync(path, 'utf8'))
  return agents
}

function write(path, agents) {
  if (path === null) return
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(`${path}.tmp`, JSON.stringify({ agents }), { mode: 0o600 })
  renameSync(`${path}.tmp`, path)
}

/** Names of agents as a request gives them, in the gateway's own spelling; throws for anything else. */
export function namesOf(params) {
  const { agents } = params ?? {}
  if (!Array.isArray(agents) || !agents.every((name) => typeof name === 'string' && name.length > 0))
    throw new Error('agents: a list of names')
  return agents.map((name) => name.toLowerCase())
}
