import { useSyncExternalStore } from 'react'
import type { Tree } from '../../../../worker/features/connectors/link/questions/contract.ts'

/** What is not saved yet: the entry it was begun with, under its hash, and the entry as it shall be. */
export interface Draft {
  hash: string
  base: Tree
  after: Tree
}

/** They outlive the tab they were begun in, and are gone with the page. */
let drafts: ReadonlyMap<string, Draft> = new Map()
const listeners = new Set<() => void>()
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const keepDraft = (agentId: string, draft: Draft | null): void => {
  const next = new Map(drafts)
  if (draft) next.set(agentId, draft)
  else next.delete(agentId)
  drafts = next
  for (const listener of listeners) listener()
}

export const useHeldDraft = (agentId: string): Draft | undefined =>
  useSyncExternalStore(subscribe, () => drafts).get(agentId)
