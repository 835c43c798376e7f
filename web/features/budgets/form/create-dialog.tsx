import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Budget, CreateBudget } from '../../../../worker/features/budgets/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { reloadBudgets } from '../queries.ts'
import { emptyDraft, faultsOf, refusedFields, settingsOf } from './draft.ts'
import { ScopeFields } from './scope-fields.tsx'
import { SettingsFields } from './settings-fields.tsx'

/** Sets up a budget, and goes on to its page. */
export function CreateDialog({ close }: { close: () => void }) {
  const t = useT()
  return (
    <Dialog open wide onOpenChange={(open) => !open && close()} title={t('budgets.create')}>
      <CreateForm close={close} />
    </Dialog>
  )
}

function CreateForm({ close }: { close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(emptyDraft)
  const [scope, setScope] = useState<CreateBudget['scope']>({ kind: 'organization' })
  /** Faults are told once it was tried to send, not while it is written. */
  const [tried, setTried] = useState(false)
  const parsed = CreateBudget.safeParse({ ...settingsOf(draft), scope })
  const create = useMutation({
    mutationFn: (body: CreateBudget) => request(Budget, '/budgets', { method: 'POST', body }),
    onSuccess: async ({ id }) => {
      await reloadBudgets(client)
      close()
      toast({ text: t('budgets.created') })
      await navigate({ to: '/budgets/$id', params: { id } })
    },
  })
  const faults = faultsOf(tried ? parsed.error : undefined, create.error)
  return (
    <form
      className="mt-4 space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (parsed.success && !create.isPending) create.mutate(parsed.data)
      }}
    >
      <ScopeFields
        scope={scope}
        choose={setScope}
        error={faults.has('scope') ? t(`budgets.fault.scope.${scope.kind}`) : undefined}
      />
      <SettingsFields draft={draft} set={(change) => setDraft({ ...draft, ...change })} faults={faults} />
      {refusedFields(create.error).length === 0 ? <Trouble error={create.error} /> : null}
      <SubmitActions cancel={close} disabled={create.isPending}>
        {t('budgets.create')}
      </SubmitActions>
    </form>
  )
}
