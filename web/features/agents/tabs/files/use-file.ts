import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FileChanged } from '../../../../../worker/features/agents/files/contract.ts'
import { request } from '../../../../api.ts'
import { ApiError } from '../../../../api-error.ts'
import { changeQuery, fileQuery, filesQuery } from '../../at-gateway.ts'

/** What is being written: the text, and the hash of the file that it was begun with. */
interface Begun {
  text: string
  hash: string | null
}

/**
 * One file as it is worked on. It is saved upon the file that it was begun with; when that is another one by then, both
 * versions are there to be compared, and nothing was written.
 */
export const useFile = (agentId: string, name: string) => {
  const queryClient = useQueryClient()
  const found = useQuery(fileQuery(agentId, name))
  const [begun, setBegun] = useState<Begun | null>(null)
  const [changeId, setChangeId] = useState<string | null>(null)
  const file = found.data
  const held = file?.content ?? ''
  const text = begun?.text ?? held
  const isDirty = begun !== null && begun.text !== held
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
      setBegun(null)
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
    text,
    isDirty,
    /** The gateway holds another file than the one this was begun with. */
    isBehind: isDirty && begun.hash !== (file?.hash ?? null),
    save,
    change,
    isUnderWay: save.isPending || change?.state === 'ordered',
    write: (next: string) => setBegun({ text: next, hash: begun ? begun.hash : (file?.hash ?? null) }),
    /** Goes on from the newest file with this text: what was there meanwhile is replaced when it is saved. */
    adopt: () => setBegun(file ? { text, hash: file.hash } : null),
    send: () => {
      if (begun) save.mutate(begun)
    },
    discard: () => {
      setBegun(null)
      save.reset()
    },
    forget: () => setChangeId(null),
  }
}
export type FileWork = ReturnType<typeof useFile>
