import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { type RollbackPreview, RolledBack } from '../../../../worker/features/snapshots/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { atGatewayKey, changeQuery } from '../../agents/at-gateway.ts'
import { agentApprovalsQuery, approvalQuery } from '../../approvals/queries.ts'
import { snapshotsKey } from '../queries.ts'
import { bodyOf, previewQuery, type Wanted } from './queries.ts'

/** Of a rollback that was sent: what came of it, and what was looked at before. */
interface Sent {
  result: RolledBack
  preview: RollbackPreview
}

const isStale = (error: unknown) => error instanceof ApiError && error.code === 'stale'
const pollMs = 3_000

/**
 * The way back to a version: what it would do, sent exactly so, waited for while people decide or the gateway is silent,
 * and followed until it was read back. `enabled` is false while nothing may be asked of the gateway.
 */
export const useRollback = (agentId: string, wanted: Wanted, enabled: boolean) => {
  const queryClient = useQueryClient()
  const [sent, setSent] = useState<Sent | null>(null)
  const [overtaken, setOvertaken] = useState(false)
  /** Asked for before this dialog was opened, and found waiting. */
  const [watchedId, setWatchedId] = useState<string | null>(null)
  const preview = useQuery({ ...previewQuery(agentId, wanted), enabled: enabled && sent === null })
  const approvals = useQuery({ ...agentApprovalsQuery(agentId), enabled }).data?.items
  const asked = approvals?.find((one) => isAbout(one, preview.data?.digest))
  const pendingId = asked?.state === 'pending' ? asked.id : null
  useEffect(() => {
    if (pendingId !== null) setWatchedId(pendingId)
  }, [pendingId])
  const lookAgain = () => queryClient.invalidateQueries({ queryKey: ['rollback-preview', agentId] })
  const send = useMutation({
    mutationFn: async (looked: RollbackPreview) => ({
      preview: looked,
      result: await request(RolledBack, `/agents/${agentId}/rollback`, {
        method: 'POST',
        body: { ...bodyOf(wanted), digest: looked.digest },
      }),
    }),
    onSuccess: async ({ result, preview: looked }) => {
      setOvertaken(false)
      // Sent once more after it was under way: it is so already, which is what was wanted.
      const isArrived = result.state === 'nothing' && sent?.result.state === 'under_way'
      setSent({ preview: looked, result: isArrived ? { ...result, state: 'done', verified: true } : result })
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: snapshotsKey(agentId) }),
        queryClient.invalidateQueries({ queryKey: ['drift'] }),
        queryClient.invalidateQueries({ queryKey: ['approvals'] }),
        queryClient.invalidateQueries({ queryKey: atGatewayKey(agentId) }),
        queryClient.invalidateQueries({ queryKey: ['agent-changes', agentId, 'list'] }),
      ])
    },
    onError: (error) => {
      if (!isStale(error)) return
      setSent(null)
      setWatchedId(null)
      setOvertaken(true)
      void lookAgain()
    },
  })
  const approvalId = sent ? (sent.result.state === 'waiting' ? sent.result.approvalId : null) : watchedId
  const approval = useQuery({
    ...approvalQuery(approvalId ?? ''),
    enabled: approvalId !== null,
    refetchInterval: ({ state }) => (state.data?.state === 'pending' ? pollMs : false),
  }).data
  const verdict = approvalId === null ? null : verdictOf(approval)
  const looked = sent?.preview ?? preview.data
  const { mutate } = send
  // Somebody watched it wait: once it is allowed it goes on by itself, and only as it was allowed.
  useEffect(() => {
    if (verdict === 'allowed' && looked) mutate(looked)
  }, [verdict, looked, mutate])
  const change = useOutcome(agentId, sent)
  useEffect(() => {
    if (change?.state === 'confirmed' && looked) mutate(looked)
  }, [change?.state, looked, mutate])
  return {
    preview,
    send,
    sent,
    /** It was allowed before this dialog was opened, and not done yet. */
    isAllowed: asked !== undefined && verdictOf(asked) === 'allowed',
    waitingFor: approvalId === null ? null : { approvalId, verdict, approval },
    /** Of a rollback that nobody knew the end of: what is known of it now. */
    change,
    /** Something changed after it was looked at: what is shown was looked at anew. */
    overtaken,
    /** From the start: another look at what would happen now. */
    again: () => {
      setSent(null)
      setWatchedId(null)
      setOvertaken(false)
      send.reset()
      void lookAgain()
    },
  }
}
export type Rollback = ReturnType<typeof useRollback>

const useOutcome = (agentId: string, sent: Sent | null) => {
  const change = sent?.result.state === 'under_way' ? sent.result.change : null
  return useQuery({ ...changeQuery(agentId, change?.id ?? ''), enabled: change !== null }).data ?? change
}

const isAbout = ({ action, arguments: told }: Approval, digest: string | undefined): boolean =>
  action === 'config.rollback' && digest !== undefined && told?.digest === digest

/** What people said to it: null while they have not, `lapsed` when nobody did in time. */
const verdictOf = (approval: Approval | undefined): 'allowed' | 'refused' | 'lapsed' | null => {
  if (!approval || approval.state === 'pending') return null
  if (approval.decision?.outcome === 'reject') return 'refused'
  return approval.decision && approval.state !== 'expired' && approval.state !== 'undeliverable' ? 'allowed' : 'lapsed'
}
