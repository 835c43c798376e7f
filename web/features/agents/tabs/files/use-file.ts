import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FileChanged } from '../../../../../worker/features/agents/files/contract.ts'
import { request } from '../../../../api.ts'
import { ApiError } from '../../../../api-error.ts'
import { changeQuery, fileQuery, filesQuery } from '../../at-gateway.ts'
import { type Begun, useTextDraft } from '../../use-text-draft.ts'

/**
 * One file as it is worked on. It is saved upon the file that it was begun with; when that is another one by then, both
 * versions are there to be compared, and nothing was written.
 */
export const useFile = (agentId: string, name: string) => {
  const queryClient = useQueryClient()
  const found = useQuery(fileQuery(agentId, name))
  const [changeId, setChangeId] = useState<string | null>(null)
  const file = found.data
  const { begun, drop, ...draft } = useTextDraft(file)
  const save = useMutation({
    mutationFn: (wanted: Begun) =>
      request(FileChanged, `/agents/${agentId}/files/${encodeURIComponent(name)}`, {
        method: 'PUT',
        body: { content: wanted.text, expectedHash: wanted.hash },
      }),
    onMutate: () => setChangeId(null),
    onSuccess: async ({ change, file: read }) => {
      queryClient.setQueryData(changeQuery(agentId, change.id).queryKey, change)
      setChangeId(change.id)
      if (!read) return
      queryClient.setQueryData(fileQuery(agentId, name).queryKey, read)
      drop()
      await queryClient.invalidateQueries(filesQuery(agentId))
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === 'stale') void found.refetch()
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['agent-changes', agentId, 'list'] }),
  })
  const followed = useQuery({ ...changeQuery(agentId, changeId ?? ''), enabled: changeId !== null }).data
  const change = changeId === null ? null : (followed ?? null)
  return {
    file,
    found,
    ...draft,
    save,
    change,
    isUnderWay: save.isPending || change?.state === 'ordered',
    send: () => {
      if (begun) save.mutate(begun)
    },
    discard: () => {
      drop()
      save.reset()
    },
    forget: () => setChangeId(null),
  }
}
export type FileWork = ReturnType<typeof useFile>
