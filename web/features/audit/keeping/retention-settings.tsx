import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { archiveDaysMin, Retention, windowDaysMin } from '../../../../worker/features/audit/keeping/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { Field } from '../../../ui/field.tsx'
import { Section } from '../../../ui/page.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { toast } from '../../../ui/toast.tsx'
import { keepingQuery } from './queries.ts'

const textOf = (days: number | null) => (days === null ? '' : String(days))
const daysOf = (text: string) => (text.trim() === '' ? null : Number(text))
const isDays = (days: number | null, min: number) =>
  days === null || (Number.isInteger(days) && days >= min && days <= 36_500)

/** For how long search and archive keep; an empty field is for ever. */
export function RetentionSettings({ retention, mayKeep }: { retention: Retention; mayKeep: boolean }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [windowText, setWindow] = useState(textOf(retention.windowDays))
  const [archiveText, setArchive] = useState(textOf(retention.archiveDays))
  const [asking, setAsking] = useState(false)
  const [windowDays, archiveDays] = [daysOf(windowText), daysOf(archiveText)]
  const save = useMutation({
    mutationFn: () =>
      request(Retention, '/audit/keeping/retention', {
        method: 'PUT',
        headers: { 'If-Match': `"${retention.version}"` },
        body: { windowDays, archiveDays },
      }),
    onSuccess: () => toast({ text: t('keeping.retention.saved') }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keepingQuery.queryKey }),
  })
  const windowFault = isDays(windowDays, windowDaysMin)
    ? undefined
    : t('keeping.retention.atLeast', { min: windowDaysMin })
  const archiveFault = !isDays(archiveDays, archiveDaysMin)
    ? t('keeping.retention.atLeast', { min: archiveDaysMin })
    : archiveDays !== null && (windowDays === null || archiveDays < windowDays)
      ? t('keeping.retention.notBefore')
      : undefined
  const isChanged = windowDays !== retention.windowDays || archiveDays !== retention.archiveDays
  const destroys = archiveDays !== null && (retention.archiveDays === null || archiveDays < retention.archiveDays)
  return (
    <Section className="min-w-0" title={t('keeping.retention.title')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (destroys) setAsking(true)
          else save.mutate()
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label={t('keeping.retention.window')}
            hint={t('keeping.retention.windowHint')}
            error={windowFault}
            type="number"
            inputMode="numeric"
            min={windowDaysMin}
            placeholder={t('keeping.retention.forEver')}
            value={windowText}
            disabled={!mayKeep}
            onChange={(event) => setWindow(event.target.value)}
          />
          <Field
            label={t('keeping.retention.archive')}
            hint={t('keeping.retention.archiveHint')}
            error={archiveFault}
            type="number"
            inputMode="numeric"
            min={archiveDaysMin}
            placeholder={t('keeping.retention.forEver')}
            value={archiveText}
            disabled={!mayKeep}
            onChange={(event) => setArchive(event.target.value)}
          />
        </div>
        <Trouble error={destroys ? null : save.error} />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          {mayKeep ? (
            <button
              type="submit"
              className="btn btn-primary"
              disabled={!isChanged || Boolean(windowFault ?? archiveFault) || save.isPending}
            >
              {t('keeping.retention.save')}
            </button>
          ) : null}
          <p className="text-xs text-ink-2">
            {retention.changedAt ? (
              <>
                {t('keeping.retention.changedBy', { name: retention.changedByName || '—' })}{' '}
                <Ago at={retention.changedAt} />
              </>
            ) : (
              t('keeping.retention.never')
            )}
          </p>
        </div>
      </form>
      <Confirm
        open={asking}
        close={() => setAsking(false)}
        title={t('keeping.retention.confirmTitle')}
        body={t('keeping.retention.confirmBody', { days: archiveDays ?? 0 })}
        action={t('keeping.retention.confirm')}
        danger
        onConfirm={() => save.mutateAsync()}
      />
    </Section>
  )
}
