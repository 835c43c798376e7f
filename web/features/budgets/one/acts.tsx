import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Ellipsis, Pencil, Plus, RotateCcw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Budget } from '../../../../worker/features/budgets/contract.ts'
import { act } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { Menu, MenuDivider, MenuItem } from '../../../ui/menu.tsx'
import { toast } from '../../../ui/toast.tsx'
import { EditDialog } from '../form/edit-dialog.tsx'
import { reloadBudgets } from '../queries.ts'
import { OverrideDialog } from './override-dialog.tsx'
import { ResetDialog } from './reset-dialog.tsx'

/** What this person can do to a budget: allow more in this period, begin its count anew, change it, remove it. */
export function BudgetActs({ budget }: { budget: Budget }) {
  const t = useT()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<'edit' | 'override' | 'reset' | 'remove' | null>(null)
  const close = () => setAsked(null)
  const mayWrite = useCan('budgets.write')
  const mayAsk = useCan('approvals.request')
  const isUsedUp = budget.standing.state === 'exceeded'
  return (
    <>
      {mayAsk ? (
        <button type="button" className={isUsedUp ? 'btn btn-primary' : 'btn'} onClick={() => setAsked('override')}>
          <Plus size={15} aria-hidden />
          {t('budgets.override.do')}
        </button>
      ) : null}
      {mayWrite && isUsedUp ? (
        <button type="button" className="btn max-md:hidden" onClick={() => setAsked('reset')}>
          <RotateCcw size={15} aria-hidden />
          {t('budgets.reset.do')}
        </button>
      ) : null}
      {mayWrite ? (
        <Menu
          label={t('budgets.more')}
          className="btn btn-icon"
          align="end"
          trigger={<Ellipsis size={16} aria-hidden />}
        >
          <MenuItem icon={<Pencil size={15} aria-hidden />} onClick={() => setAsked('edit')}>
            {t('budgets.edit')}
          </MenuItem>
          {isUsedUp ? (
            <MenuItem icon={<RotateCcw size={15} aria-hidden />} onClick={() => setAsked('reset')}>
              {t('budgets.reset.do')}
            </MenuItem>
          ) : null}
          <MenuDivider />
          <MenuItem icon={<Trash2 size={15} aria-hidden />} onClick={() => setAsked('remove')}>
            {t('budgets.remove')}
          </MenuItem>
        </Menu>
      ) : null}
      {asked === 'edit' ? <EditDialog budget={budget} close={close} /> : null}
      {asked === 'override' ? <OverrideDialog budget={budget} close={close} /> : null}
      {asked === 'reset' ? <ResetDialog budget={budget} close={close} /> : null}
      <Confirm
        open={asked === 'remove'}
        close={close}
        title={t('budgets.removeTitle', { name: budget.name })}
        body={t(budget.standing.breaker.state === 'closed' ? 'budgets.removeBody' : 'budgets.removeHeld')}
        action={t('budgets.remove')}
        danger
        onConfirm={async () => {
          await act(`/budgets/${budget.id}`, { method: 'DELETE', headers: { 'If-Match': `"${budget.version}"` } })
          await navigate({ to: '/budgets' })
          toast({ text: t('budgets.removed') })
          await reloadBudgets(client)
        }}
      />
    </>
  )
}
