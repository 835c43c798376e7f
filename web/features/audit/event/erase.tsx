import { useQueryClient } from '@tanstack/react-query'
import { ErasedEvent, ErasedSubject } from '../../../../worker/features/audit/erasure/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { toast } from '../../../ui/toast.tsx'
import { eventQuery } from './queries.ts'
import { ReasonDialog } from './reason-dialog.tsx'

/** Destroys what one event said. */
export function EraseEvent({ seq, close }: { seq: number; close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const erase = async (reason: string) => {
    await request(ErasedEvent, `/audit/events/${seq}/erase`, { method: 'POST', body: { reason } })
    close()
    toast({ text: t('audit.erasure.erasedEvent') })
    await queryClient.invalidateQueries({ queryKey: eventQuery(seq).queryKey })
    queryClient.removeQueries({ queryKey: ['audit-search'] })
  }
  return (
    <ReasonDialog
      title={t('audit.erasure.eventTitle', { seq: String(seq) })}
      body={<What points={[t('audit.erasure.eventGoes'), t('audit.erasure.stays'), t('audit.erasure.forGood')]} />}
      action={t('audit.erasure.erase')}
      typed={String(seq)}
      danger
      close={close}
      onConfirm={erase}
    />
  )
}

/** Destroys the key of a data subject, and with it every original of it in every event. */
export function EraseSubject({ subject, close }: { subject: string; close: () => void }) {
  const t = useT()
  const erase = async (reason: string) => {
    const path = `/audit/subjects/${encodeURIComponent(subject)}/erase`
    const { events } = await request(ErasedSubject, path, { method: 'POST', body: { reason } })
    close()
    toast({ text: t('audit.erasure.erasedSubject', { count: events }) })
  }
  return (
    <ReasonDialog
      title={t('audit.erasure.subjectTitle')}
      body={
        <What
          points={[
            t('audit.erasure.subjectGoes', { subject }),
            t('audit.erasure.subjectStays'),
            t('audit.erasure.forGood'),
          ]}
        />
      }
      action={t('audit.erasure.erase')}
      typed={subject}
      danger
      close={close}
      onConfirm={erase}
    />
  )
}

const What = ({ points }: { points: readonly string[] }) => (
  <ul className="list-disc space-y-1 pl-4 text-sm">
    {points.map((point) => (
      <li key={point}>{point}</li>
    ))}
  </ul>
)
