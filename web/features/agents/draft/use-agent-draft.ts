import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Agent } from '../../../../worker/features/agents/contract.ts'
import type { Tree } from '../../../../worker/features/connectors/link/questions/contract.ts'
import { configQuery } from '../at-gateway.ts'
import { useEditingBar } from '../use-editing.ts'
import { keepDraft, useHeldDraft } from './drafts.ts'
import { changesBetween, isSame, type Path, valueAt, withValue } from './entry.ts'
import { clashesBetween, rebased } from './rebase.ts'

const nothing: Tree = {}

/**
 * The entry of an agent as it is worked on: what the gateway says, and the changes begun upon it. What others change
 * meanwhile moves in underneath, unless they changed the same: then `clashes` says where, and the draft stays as it was.
 */
export const useAgentDraft = (agent: Agent) => {
  const found = useQuery(configQuery(agent.id))
  const held = useHeldDraft(agent.id)
  const bar = useEditingBar(agent)
  const config = found.data
  const entry = config?.entry ?? nothing
  const clashes = useMemo(() => (held ? clashesBetween(held.base, held.after, entry) : []), [held, entry])
  const moved = useMemo(() => {
    if (!held || !config || held.hash === config.hash || clashes.length > 0) return held
    return { hash: config.hash, base: entry, after: rebased(held.base, held.after, entry) }
  }, [held, config, entry, clashes])
  const base = moved?.base ?? entry
  const after = moved?.after ?? entry
  const hash = moved?.hash ?? config?.hash ?? ''
  const changes = useMemo(() => changesBetween(base, after), [base, after])
  const keep = (next: Tree) => keepDraft(agent.id, isSame(base, next) ? null : { hash, base, after: next })
  return {
    agent,
    /** What the gateway said; undefined until it did. */
    config,
    isPending: found.isPending,
    error: found.data ? null : found.error,
    refetch: found.refetch,
    /** Null while it can be edited. */
    bar: config && config.freshness.source !== 'live' && bar === null ? ('gateway' as const) : bar,
    hash,
    base,
    after,
    changes,
    clashes,
    theirs: entry,
    valueAt: (path: Path) => valueAt(after, path),
    baseAt: (path: Path) => valueAt(base, path),
    /** Undefined takes the value away, so that the default holds. */
    setAt: (path: Path, value: unknown) => keep(withValue(after, path, value)),
    replace: keep,
    /** Begins anew upon the newest entry. */
    restart: (next: Tree) =>
      keepDraft(agent.id, !config || isSame(entry, next) ? null : { hash: config.hash, base: entry, after: next }),
    discard: () => keepDraft(agent.id, null),
  }
}
export type AgentDraft = ReturnType<typeof useAgentDraft>
