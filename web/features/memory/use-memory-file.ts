import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { MemoryChanged } from '../../../worker/features/memory/contract.ts'
import { queryString, request } from '../../api.ts'
import { ApiError } from '../../api-error.ts'
import { type Begun, useTextDraft } from '../agents/use-text-draft.ts'
import { memoryFileOf, memoryFileQuery, memoryOf } from './queries.ts'

/** One file of a memory as it is worked on: saved upon the file that it was begun with, and refused on any other. */
export const useMemoryFile = (agentId: string, path: string) => {
  const queryClient = useQueryClient()
  const found = useQuery(memoryFileQuery(agentId, path))
  const file = found.data
  const { begun, drop, ...draft } = useTextDraft(file)
  const settle = async ({ file: read }: MemoryChanged) => {
    if (read) {
      queryClient.setQueryData(memoryFileQuery(agentId, path).queryKey, read)
      drop()
    }
    await queryClient.invalidateQueries({ queryKey: ['memory', agentId] })
  }
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'stale') void found.refetch()
  }
  const save = useMutation({
    mutationFn: (wanted: Begun) =>
      request(MemoryChanged, memoryFileOf(agentId, path), {
        method: 'PUT',
        body: { content: wanted.text, expectedHash: wanted.hash },
      }),
    onSuccess: settle,
    onError,
  })
  return {
    file,
    found,
    ...draft,
    save,
    isUnderWay: save.isPending,
    send: () => {
      if (begun) save.mutate(begun)
    },
    discard: () => {
      drop()
      save.reset()
    },
    remove: async () => {
      const expectedHash = file?.hash
      if (!expectedHash) return
      const query = queryString({ expectedHash })
      await settle(await request(MemoryChanged, `${memoryFileOf(agentId, path)}${query}`, { method: 'DELETE' }))
    },
    rollBack: async (versionId: string) => {
      const body = { versionId, expectedHash: file?.hash ?? null }
      await settle(await request(MemoryChanged, `${memoryOf(agentId)}/rollback`, { method: 'POST', body }))
    },
  }
}
export type MemoryWork = ReturnType<typeof useMemoryFile>
