import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  type BackupSchedule,
  drillIntervals,
  PutBackupSchedule,
} from '../../../../worker/features/artifacts/schedules/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'
import { Field, SelectField } from '../../../ui/field.tsx'
import { Failed, Skeleton, Trouble } from '../../../ui/state.tsx'
import { putSchedule, reloadArtifacts, scheduleQuery } from '../queries.ts'

type Connector = { id: string; name: string }

/** When a gateway is saved, what is kept, and how often that is proven. */
export function ScheduleDialog({ connector, close }: { connector: Connector; close: () => void }) {
  const t = useT()
  const found = useQuery({ ...scheduleQuery(connector.id), staleTime: 0 })
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && close()}
      title={t('backups.schedule.of', { name: connector.name })}
      description={t('backups.schedule.lead')}
    >
      {found.data ? (
        <ScheduleForm connector={connector} base={found.data} close={close} />
      ) : found.isError ? (
        <Failed what={t('backups.schedule.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={4} height={44} />
      )}
    </Dialog>
  )
}

const keeps = ['keepDaily', 'keepWeekly', 'keepMonthly'] as const

function ScheduleForm(props: { connector: Connector; base: BackupSchedule; close: () => void }) {
  const { connector, base, close } = props
  const t = useT()
  const client = useQueryClient()
  const [draft, setDraft] = useState(() => draftOf(base))
  const set = (change: Partial<typeof draft>) => setDraft({ ...draft, ...change })
  const parsed = PutBackupSchedule.safeParse({
    ...draft,
    ...Object.fromEntries(keeps.map((name) => [name, draft[name] === '' ? Number.NaN : Number(draft[name])])),
  })
  const faults = new Set(parsed.error?.issues.map(({ path }) => path[0]))
  const put = useMutation({
    mutationFn: (body: PutBackupSchedule) => putSchedule(connector.id, base.version, body),
    onSuccess: async () => {
      await reloadArtifacts(client)
      close()
    },
    // Somebody was faster: what is written stays, and sent again it is sent to theirs.
    onError: () => client.invalidateQueries({ queryKey: scheduleQuery(connector.id).queryKey }),
  })
  const fault = (name: keyof typeof draft, words: string) => (faults.has(name) ? words : undefined)
  return (
    <form
      className="mt-4 space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (parsed.success && !put.isPending) put.mutate(parsed.data)
      }}
    >
      <label className="flex items-center gap-2.5">
        <input
          type="checkbox"
          className="size-4 accent-accent"
          checked={draft.isEnabled}
          onChange={({ target }) => set({ isEnabled: target.checked })}
        />
        {t('backups.schedule.daily')}
      </label>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('backups.schedule.at')}
          type="time"
          required
          value={draft.at}
          error={fault('at', t('backups.schedule.atUnfit'))}
          onChange={({ target }) => set({ at: target.value })}
        />
        <Field
          label={t('backups.schedule.zone')}
          list="backup-zones"
          value={draft.timeZone}
          error={fault('timeZone', t('backups.schedule.zoneUnfit'))}
          onChange={({ target }) => set({ timeZone: target.value })}
        />
        <datalist id="backup-zones">
          {Intl.supportedValuesOf('timeZone').map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
      </div>
      <fieldset>
        <legend className="mb-1.5 text-xs font-medium">{t('backups.schedule.keep')}</legend>
        <div className="grid grid-cols-3 gap-3">
          {keeps.map((name) => (
            <Field
              key={name}
              label={t(`backups.schedule.${name}`)}
              type="number"
              min={0}
              value={draft[name]}
              error={fault(name, t('backups.schedule.keepUnfit'))}
              onChange={({ target }) => set({ [name]: target.value })}
            />
          ))}
        </div>
        <p className="mt-1.5 text-2xs text-ink-2">{t('backups.schedule.keepHint')}</p>
      </fieldset>
      <SelectField
        label={t('backups.schedule.drill')}
        hint={t('backups.schedule.drillHint')}
        value={draft.drill}
        onChange={({ target }) => set({ drill: drillIntervals.find((one) => one === target.value) ?? draft.drill })}
      >
        {drillIntervals.map((interval) => (
          <option key={interval} value={interval}>
            {t(`backups.schedule.drills.${interval}`)}
          </option>
        ))}
      </SelectField>
      <Trouble error={put.error} />
      <SubmitActions cancel={close} disabled={!parsed.success || put.isPending}>
        {t('backups.schedule.save')}
      </SubmitActions>
    </form>
  )
}

/** Figures as text, so that a field may be empty while it is written. Who never had one begins where they are. */
const draftOf = (base: BackupSchedule) => ({
  isEnabled: base.version === 0 ? true : base.isEnabled,
  at: base.at,
  timeZone: base.version === 0 ? Intl.DateTimeFormat().resolvedOptions().timeZone : base.timeZone,
  keepDaily: String(base.keepDaily),
  keepWeekly: String(base.keepWeekly),
  keepMonthly: String(base.keepMonthly),
  drill: base.drill,
})
