import { createContext, use } from 'react'
import type { AgentDraft } from './use-agent-draft.ts'
import type { Saving } from './use-saving.ts'

interface Editing {
  draft: AgentDraft
  saving: Saving
}

/** One draft for all tabs of an agent, held by the page around them. */
export const DraftContext = createContext<Editing | null>(null)

/** The draft of the agent whose tab this is, and its way to the gateway. Only below the agent's page. */
export const useEditing = (): Editing => {
  const editing = use(DraftContext)
  if (!editing) throw new Error('useEditing is for what stands in the page of an agent.')
  return editing
}
