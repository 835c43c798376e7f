import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ConfigChanged, ConfigPreview } from '../../../../worker/features/agents/config/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { atGatewayKey, changeQuery, configQuery } from '../at-gateway.ts'
import { keepDraft } from './drafts.ts'
import { patchBetween } from './entry.ts'
import type { AgentDraft } from './use-agent-draft.ts'

/** What the gateway found wrong, by the dotted path below the entry. */
export type Issues = ReadonlyMap<string, string>

/**
 * The way of a draft to the gateway: asked what it would do, sent with the hash it was made to, and followed until it was
 * read back. A draft is given up only once the gateway holds it.
 */
export const useSaving = (draft: AgentDraft) => {
  const queryClient = useQueryClient()
  const { id } = draft.agent
  const [changeId, setChangeId] = useState<string | null>(null)
  const body = { patch: patchBetween(draft.base, draft.after), baseHash: draft.hash }
  const preview = useMutation({
    mutationFn: () => request(ConfigPreview, `/agents/${id}/config/preview`, { method: 'POST', body }),
    onError: (error) => reread(error),
  })
  const reread = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'stale') void queryClient.invalidateQueries(configQuery(id))
  }
  const settle = async (hash: string | null) => {
    const { queryKey } = configQuery(id)
    queryClient.setQueryData(queryKey, (known) => known && { ...known, entry: draft.after, hash: hash ?? known.hash })
    draft.discard()
    await queryClient.invalidateQueries({ queryKey: atGatewayKey(id) })
  }
  const save = useMutation({
    mutationFn: () => request(ConfigChanged, `/agents/${id}/config`, { method: 'PATCH', body }),
    onMutate: () => setChangeId(null),
    onSuccess: async ({ change }) => {
      if (change) queryClient.setQueryData(changeQuery(id, change.id).queryKey, change)
      setChangeId(change?.id ?? null)
      if (change?.state === 'ordered') setOpenId(change.id)
      if (change === null || change.state === 'confirmed') await settle(change?.reference ?? null)
    },
    onError: (error) => reread(error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['agent-changes', id, 'list'] }),
  })
  const outcome = useQuery({ ...changeQuery(id, changeId ?? ''), enabled: changeId !== null }).data ?? null
  const isOpen = outcome?.state === 'ordered'
  const [openId, setOpenId] = useState<string | null>(null)
  const ended = outcome !== null && outcome.id === openId && !isOpen ? outcome : null
  useEffect(() => {
    if (!ended) return
    setOpenId(null)
    if (ended.state === 'confirmed') keepDraft(id, null)
    void queryClient.invalidateQueries({ queryKey: atGatewayKey(id) })
  }, [ended, id, queryClient])
  return {
    preview,
    save,
    /** The newest change that was ordered from this page, as it is known now. */
    outcome: changeId === null ? null : outcome,
    /** Nobody knows yet what became of it; until then nothing else is sent. */
    isUnderWay: save.isPending || isOpen,
    issues: issuesOf(save.error),
    forget: () => {
      setChangeId(null)
      save.reset()
    },
  }
}
export type Saving = ReturnType<typeof useSaving>

const issuesOf = (error: unknown): Issues =>
  new Map(error instanceof ApiError ? error.fields.map(({ path, message }) => [path, message]) : [])
