import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { Member } from '../../../worker/features/organizations/contract.ts'
import { type Role, roles } from '../../../worker/platform/access/contract.ts'
import { act } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan, useMe } from '../../session/queries.ts'
import { Chip } from '../../ui/badge.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Filter } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Failed, Note, Skeleton } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'
import { useProblemText } from '../../use-problem.ts'
import { membersQuery } from '../audit/names.ts'
import { Invitations } from './invitations.tsx'
import { InviteForm } from './invite-form.tsx'

export function MembersPage() {
  const t = useT()
  const queryClient = useQueryClient()
  const may = useCan('members.write')
  const list = useQuery(membersQuery)
  const [inviting, setInviting] = useState(false)
  const [removing, setRemoving] = useState<Member | null>(null)
  return (
    <Page
      title={t('settings.members.title')}
      lead={t('members.lead')}
      wide={false}
      actions={
        may ? (
          <button type="button" className="btn btn-primary" onClick={() => setInviting(true)}>
            <UserPlus size={15} aria-hidden />
            {t('members.invite')}
          </button>
        ) : null
      }
    >
      {may ? null : (
        <div className="mb-4">
          <Note>{t('members.mayNot')}</Note>
        </div>
      )}
      {list.isPending ? (
        <Skeleton rows={4} height={58} />
      ) : list.isError ? (
        <Failed what={t('members.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : (
        <ul className="hairlines">
          {list.data.items.map((member) => (
            <Row key={member.userId} member={member} may={may} remove={() => setRemoving(member)} />
          ))}
        </ul>
      )}
      {may ? <Invitations /> : null}
      <Dialog
        open={inviting}
        onOpenChange={setInviting}
        title={t('members.invite')}
        description={t('members.inviteLead')}
      >
        <InviteForm close={() => setInviting(false)} />
      </Dialog>
      <Confirm
        open={removing !== null}
        close={() => setRemoving(null)}
        title={t('members.removeTitle', { name: removing?.name ?? '' })}
        body={t('members.removeBody')}
        action={t('action.remove')}
        danger
        onConfirm={async () => {
          await act(`/organizations/members/${removing?.userId}`, { method: 'DELETE' })
          await queryClient.invalidateQueries({ queryKey: ['members'] })
        }}
      />
    </Page>
  )
}

function Row({ member, may, remove }: { member: Member; may: boolean; remove: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const problemText = useProblemText()
  const me = useMe()
  const isMe = member.userId === me?.id
  const mine = me?.organization.role
  const change = useMutation({
    mutationFn: (role: Role) => act(`/organizations/members/${member.userId}`, { method: 'PATCH', body: { role } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['members'] }),
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
  const choices = roles.filter((role) => mine === 'owner' || role !== 'owner')
  const mayThis = may && !isMe && (mine === 'owner' || member.role !== 'owner')
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-0 flex-1 max-sm:basis-full">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{member.name}</span>
          {isMe ? <Chip>{t('members.you')}</Chip> : null}
        </p>
        <p className="truncate text-2xs text-ink-2">{member.email}</p>
      </div>
      {mayThis ? (
        <>
          <Filter
            label={t('members.roleOf', { name: member.name })}
            value={change.isPending ? change.variables : member.role}
            disabled={change.isPending}
            onChange={(event) => {
              const role = roles.find((one) => one === event.target.value)
              if (role) change.mutate(role)
            }}
          >
            {choices.map((role) => (
              <option key={role} value={role}>
                {t(`role.${role}`)}
              </option>
            ))}
          </Filter>
          <button
            type="button"
            className="btn"
            aria-label={t('members.removeOf', { name: member.name })}
            onClick={remove}
          >
            {t('action.remove')}
          </button>
        </>
      ) : (
        <span className="text-xs text-ink-2">{t(`role.${member.role}`)}</span>
      )}
    </li>
  )
}
