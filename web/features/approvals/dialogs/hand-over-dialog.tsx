import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { capabilitiesOf } from '../../../../worker/platform/access/contract.ts'
import { act } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useMe } from '../../../session/queries.ts'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { Field, SelectField } from '../../../ui/field.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { membersQuery } from '../../audit/names.ts'

/** Asks somebody by name to decide; whoever may decide still may. */
export function HandOverDialog({ approval, close }: { approval: Approval; close: () => void }) {
  const t = useT()
  const form = useId()
  const me = useMe()
  const queryClient = useQueryClient()
  const members = useQuery(membersQuery).data?.items ?? []
  const [userId, setUserId] = useState('')
  const [note, setNote] = useState('')
  const able = members.filter((one) => one.userId !== me?.id && capabilitiesOf(one.role).includes('approvals.decide'))
  const handOver = useMutation({
    mutationFn: () =>
      act(`/approvals/${approval.id}/hand-over`, {
        method: 'POST',
        body: { userId, ...(note.trim() === '' ? {} : { note: note.trim() }) },
      }),
    onSuccess: async () => {
      const name = able.find((one) => one.userId === userId)?.name ?? ''
      close()
      toast({ text: t('approvals.handOver.done', { name }) })
      await queryClient.invalidateQueries({ queryKey: ['approvals'] })
    },
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t('approvals.handOver.title')}
      description={t('approvals.handOver.body')}
    >
      <form
        id={form}
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (userId !== '') handOver.mutate()
        }}
      >
        <SelectField
          label={t('approvals.handOver.to')}
          hint={able.length === 0 ? t('approvals.handOver.nobody') : undefined}
          value={userId}
          onChange={(event) => setUserId(event.target.value)}
        >
          <option value="">{t('approvals.handOver.choose')}</option>
          {able.map((one) => (
            <option key={one.userId} value={one.userId}>
              {`${one.name} · ${t(`role.${one.role}`)}`}
            </option>
          ))}
        </SelectField>
        <Field
          label={t('approvals.handOver.note')}
          value={note}
          maxLength={1000}
          onChange={(event) => setNote(event.target.value)}
        />
        <Trouble error={handOver.error} />
      </form>
      <DialogActions>
        <button type="button" className="btn" onClick={close}>
          {t('action.cancel')}
        </button>
        <button type="submit" form={form} className="btn btn-primary" disabled={userId === '' || handOver.isPending}>
          {t('approvals.handOver.submit')}
        </button>
      </DialogActions>
    </Dialog>
  )
}
