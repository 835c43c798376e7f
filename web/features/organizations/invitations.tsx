import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { z } from 'zod'
import { Invitation } from '../../../worker/features/organizations/contract.ts'
import { act, request } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Section } from '../../ui/page.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { useProblemText } from '../../use-problem.ts'

const InvitationList = z.object({ items: z.array(Invitation) })

/** Who has been asked and has not answered yet. */
export function Invitations() {
  const t = useT()
  const queryClient = useQueryClient()
  const problemText = useProblemText()
  const list = useQuery({
    queryKey: ['invitations'],
    queryFn: () => request(InvitationList, '/organizations/invitations'),
  })
  const revoke = useMutation({
    mutationFn: (id: string) => act(`/organizations/invitations/${id}`, { method: 'DELETE' }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['invitations'] }),
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
  return (
    <Section title={t('invitations.title')} className="mt-8">
      {list.isPending ? (
        <Skeleton rows={1} height={58} />
      ) : list.isError ? (
        <Failed what={t('invitations.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : list.data.items.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('invitations.empty')}</p>
      ) : (
        <ul className="hairlines">
          {list.data.items.map((invitation) => (
            <li key={invitation.id} className="flex items-center gap-3 py-2.5">
              <div className="min-w-0 flex-1">
                <p className="truncate">{invitation.email}</p>
                <p className="text-2xs text-ink-2">
                  {t(`role.${invitation.role}`)} · {t('invitations.sent')} <Ago at={invitation.createdAt} />
                </p>
              </div>
              <button
                type="button"
                className="btn"
                disabled={revoke.isPending}
                aria-label={t('invitations.revokeOf', { email: invitation.email })}
                onClick={() => revoke.mutate(invitation.id)}
              >
                {t('invitations.revoke')}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
