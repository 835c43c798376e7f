import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { MemoryChanged } from '../../../worker/features/memory/contract.ts'
import { queryString, request } from '../../api.ts'
import { ApiError } from '../../api-error.ts'
import { memoryFileOf, memoryFileQuery, memoryOf } from './queries.ts'

interface Begun {
  text: string
  hash: string | null
}

/** One file of a memory as it is worked on: saved upon the file that it was begun with, and refused on any other. */
export const useMemoryFile = (agentId: string, path: string) => {
  const queryClient = useQueryClient()
  const found = useQuery(memoryFileQuery(agentId, path))
  const [begun, setBegun] = useState<Begun | null>(null)
  const file = found.data
  const held = file?.content ?? ''
  const text = begun?.text ?? held
  const isDirty = begun !== null && begun.text !== held
  const settle = async ({ file: read }: MemoryChanged) => {
    if (read) {
      queryClient.setQueryData(memoryFileQuery(agentId, path).queryKey, read)
      setBegun(null)
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
    text,
    isDirty,
    /** The gateway holds another file than the one this was begun with. */
    isBehind: isDirty && begun.hash !== (file?.hash ?? null),
    save,
    isUnderWay: save.isPending,
    write: (next: string) => setBegun({ text: next, hash: begun ? begun.hash : (file?.hash ?? null) }),
    adopt: () => setBegun(file ? { text, hash: file.hash } : null),
    send: () => {
      if (begun) save.mutate(begun)
    },
    discard: () => {
      setBegun(null)
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
