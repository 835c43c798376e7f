import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ChevronsUpDown, Plus } from 'lucide-react'
import { useState } from 'react'
import { Organization } from '../../worker/features/organizations/contract.ts'
import { act, request } from '../api.ts'
import { useT } from '../i18n/use-t.ts'
import { useMe } from '../session/queries.ts'
import { Dialog, SubmitActions } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Menu, MenuDivider, MenuGroup, MenuItem } from '../ui/menu.tsx'
import { Trouble } from '../ui/state.tsx'
import { toast } from '../ui/toast.tsx'
import { useProblemText } from '../use-problem.ts'
import { Mark } from './mark.tsx'

/** Changes which organization this session acts in; everything shown so far belongs to the other one. */
const useSwitchOrganization = () => {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const problemText = useProblemText()
  return useMutation({
    mutationFn: (organizationId: string) => act('/auth/refresh', { method: 'POST', body: { organizationId } }),
    onSuccess: async () => {
      await navigate({ to: '/' })
      await queryClient.resetQueries()
    },
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
}

export function OrganizationMenu({ compact = false }: { compact?: boolean }) {
  const t = useT()
  const me = useMe()
  const change = useSwitchOrganization()
  const [creating, setCreating] = useState(false)
  return (
    <>
      <Menu
        className={`flex min-w-0 items-center gap-2.5 rounded-md p-1.5 text-left hover:bg-sunken max-md:min-h-11 ${compact ? '' : 'w-full'}`}
        trigger={
          <>
            <Mark size={compact ? 26 : 28} />
            <span className="min-w-0 flex-1 leading-tight">
              <span className="block truncate font-semibold">{t('app.name')}</span>
              <span className="sr-only">{t('shell.organization')}</span>
              <span className="block truncate text-2xs text-ink-2">{me?.organization.name ?? ' '}</span>
            </span>
            <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-ink-3" />
          </>
        }
      >
        <MenuGroup label={t('shell.organizations')}>
          {me?.organizations.map((one) => (
            <MenuItem
              key={one.id}
              checked={one.id === me.organization.id}
              onClick={() => one.id !== me.organization.id && change.mutate(one.id)}
            >
              {one.name}
            </MenuItem>
          ))}
        </MenuGroup>
        <MenuDivider />
        <MenuItem icon={<Plus size={15} aria-hidden />} onClick={() => setCreating(true)}>
          {t('organization.create')}
        </MenuItem>
      </Menu>
      <Dialog
        open={creating}
        onOpenChange={setCreating}
        title={t('organization.create')}
        description={t('organization.createLead')}
      >
        <CreateOrganizationForm
          close={() => setCreating(false)}
          created={(id) => {
            setCreating(false)
            change.mutate(id)
          }}
        />
      </Dialog>
    </>
  )
}

function CreateOrganizationForm({ close, created }: { close: () => void; created: (id: string) => void }) {
  const t = useT()
  const [name, setName] = useState('')
  const create = useMutation({
    mutationFn: () => request(Organization, '/organizations', { method: 'POST', body: { name } }),
    onSuccess: (organization) => created(organization.id),
  })
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate()
      }}
    >
      <Field
        label={t('organization.name')}
        value={name}
        maxLength={120}
        required
        onChange={(e) => setName(e.target.value)}
      />
      <Trouble error={create.error} />
      <SubmitActions cancel={close} disabled={name.trim() === '' || create.isPending}>
        {t('organization.create')}
      </SubmitActions>
    </form>
  )
}
