import { useMutation, useQueryClient } from '@tanstack/react-query'
import { AgentDrift, Snapshot } from '../../../../worker/features/snapshots/contract.ts'
import type { SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { toast } from '../../../ui/toast.tsx'
import { useProblemText } from '../../../use-problem.ts'
import { driftQuery, snapshotsKey } from '../queries.ts'

/** Asks the gateway of an agent now, and says what was found. */
export const useDriftCheck = (agentId: string) => {
  const t = useT()
  const queryClient = useQueryClient()
  const problemText = useProblemText()
  return useMutation({
    mutationFn: () => request(AgentDrift, `/agents/${agentId}/drift-check`, { method: 'POST', body: {} }),
    onSuccess: async (found) => {
      queryClient.setQueryData(driftQuery(agentId).queryKey, found)
      const count = found.scopes.filter(({ drifted }) => drifted).length
      toast({ text: t(count === 0 ? 'snapshots.drift.checkedSame' : 'snapshots.drift.checkedDrifted') })
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: snapshotsKey(agentId) }),
        queryClient.invalidateQueries({ queryKey: ['drift'] }),
      ])
    },
    onError: (error) => {
      const isAway = error instanceof ApiError && error.code === 'unavailable'
      toast({ text: isAway ? t('snapshots.drift.away') : problemText(error), tone: 'bad' })
    },
  })
}

/** Takes what was looked at for right. Rejects when the gateway has said something newer; that is read then. */
export const useAcceptDrift = () => {
  const t = useT()
  const queryClient = useQueryClient()
  return async (agentId: string, scope: SnapshotScope, version: number): Promise<void> => {
    try {
      await request(Snapshot, `/agents/${agentId}/drift/accept`, { method: 'POST', body: { scope, version } })
      toast({ text: t('snapshots.drift.accepted') })
    } finally {
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: snapshotsKey(agentId) }),
        queryClient.invalidateQueries({ queryKey: ['drift'] }),
      ])
    }
  }
}
