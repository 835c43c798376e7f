import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { Agent, DescribeAgent } from '../../../../worker/features/agents/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'
import { Field, SelectField } from '../../../ui/field.tsx'
import { Note, Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { membersQuery } from '../../audit/names.ts'
import { resourceGroupsQuery } from '../queries.ts'
import { nameOf } from './name-of.ts'

type Said = { displayName: string; ownerId: string; resourceGroup: string; tags: string }
const saidOf = (agent: Agent): Said => ({
  displayName: agent.displayName ?? '',
  ownerId: agent.owner?.id ?? '',
  resourceGroup: agent.resourceGroup ?? '',
  tags: agent.tags.join(', '),
})
const fields = ['displayName', 'ownerId', 'resourceGroup', 'tags'] as const
const tagsOf = (text: string) => text.split(/[,，\s]+/).filter(Boolean)

/** What people here say of an agent: its gateway knows none of it. */
export function DescribeDialog({ agent, close }: { agent: Agent; close: () => void }) {
  const t = useT()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t('registry.describeTitle', { name: nameOf(agent) })}
      description={t('registry.describeBody')}
    >
      <DescribeForm agent={agent} close={close} />
    </Dialog>
  )
}

function DescribeForm({ agent, close }: { agent: Agent; close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const groupsId = useId()
  const groups = useQuery(resourceGroupsQuery).data?.items ?? []
  const members = useQuery({ ...membersQuery, enabled: useCan('members.read') }).data?.items ?? []
  /** What the form was opened on; after a conflict, what somebody else made of it meanwhile. */
  const [base, setBase] = useState(agent)
  const [said, setSaid] = useState(() => saidOf(agent))
  const [overtaken, setOvertaken] = useState(false)
  const set = (name: keyof Said) => (event: { target: { value: string } }) =>
    setSaid({ ...said, [name]: event.target.value })
  const wanted = DescribeAgent.safeParse({
    displayName: said.displayName.trim() || null,
    ownerId: said.ownerId || null,
    resourceGroup: said.resourceGroup.trim() || null,
    tags: tagsOf(said.tags),
  })
  const badTags = !wanted.success && wanted.error.issues.some(({ path }) => path[0] === 'tags')
  const save = useMutation({
    mutationFn: () =>
      request(Agent, `/agents/${agent.id}`, {
        method: 'PATCH',
        headers: { 'If-Match': `"${base.version}"` },
        body: wanted.data,
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['agents'] })
      toast({ text: t('registry.described') })
      close()
    },
    onError: async (error) => {
      if (!(error instanceof ApiError && error.code === 'precondition_failed')) return
      setBase(await request(Agent, `/agents/${agent.id}`))
      setOvertaken(true)
    },
  })
  const theirs = saidOf(base)
  const isConflict = save.error instanceof ApiError && save.error.code === 'precondition_failed'
  const hint = (name: keyof Said, shown: string) =>
    overtaken && theirs[name] !== said[name]
      ? t('registry.nowSays', { value: shown || t('registry.nothing') })
      : undefined
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (wanted.success) save.mutate()
      }}
    >
      {overtaken ? (
        <Note tone="warn">
          {t(fields.some((name) => theirs[name] !== said[name]) ? 'registry.overtaken' : 'registry.sameMeanwhile')}
        </Note>
      ) : null}
      <Field
        label={t('registry.displayName')}
        hint={hint('displayName', theirs.displayName) ?? t('registry.displayNameHint', { name: agent.name })}
        value={said.displayName}
        maxLength={100}
        onChange={set('displayName')}
      />
      <SelectField
        label={t('registry.owner')}
        hint={hint('ownerId', base.owner?.name ?? '')}
        value={said.ownerId}
        onChange={set('ownerId')}
      >
        <option value="">{t('registry.nothing')}</option>
        {said.ownerId && !members.some(({ userId }) => userId === said.ownerId) ? (
          <option value={said.ownerId}>{agent.owner?.name ?? said.ownerId}</option>
        ) : null}
        {members.map(({ userId, name }) => (
          <option key={userId} value={userId}>
            {name}
          </option>
        ))}
      </SelectField>
      <Field
        label={t('registry.group')}
        hint={hint('resourceGroup', theirs.resourceGroup) ?? t('registry.groupHint')}
        value={said.resourceGroup}
        maxLength={100}
        list={groupsId}
        onChange={set('resourceGroup')}
      />
      <datalist id={groupsId}>
        {groups.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field
        label={t('registry.tags')}
        hint={hint('tags', theirs.tags) ?? t('registry.tagsHint')}
        error={badTags ? t('registry.badTags') : undefined}
        value={said.tags}
        onChange={set('tags')}
      />
      {isConflict ? null : <Trouble error={save.error} />}
      <SubmitActions cancel={close} disabled={!wanted.success || save.isPending}>
        {t(overtaken ? 'registry.saveMine' : 'action.save')}
      </SubmitActions>
    </form>
  )
}
