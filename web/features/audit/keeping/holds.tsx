import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Scale } from 'lucide-react'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import { Hold } from '../../../../worker/features/audit/keeping/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Chip } from '../../../ui/badge.tsx'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Section } from '../../../ui/page.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { useNames } from '../names.ts'
import { shortDay } from './day.ts'
import { PlaceHold } from './place-hold.tsx'
import { keepingQuery } from './queries.ts'

/** Legal holds: those in force first. */
export function Holds({ holds, mayKeep }: { holds: readonly Hold[]; mayKeep: boolean }) {
  const t = useT()
  const [placing, setPlacing] = useState(false)
  const [releasing, setReleasing] = useState<Hold | null>(null)
  return (
    <Section
      className="min-w-0"
      title={t('keeping.holds.title')}
      aside={
        mayKeep ? (
          <button type="button" className="btn" onClick={() => setPlacing(true)}>
            {t('keeping.holds.place')}
          </button>
        ) : null
      }
    >
      <p className="mb-2 text-xs text-ink-2">{t('keeping.holds.lead')}</p>
      {holds.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('keeping.holds.none')}</p>
      ) : (
        <ul className="hairlines">
          {holds.map((hold) => (
            <Row key={hold.id} hold={hold} release={mayKeep ? () => setReleasing(hold) : null} />
          ))}
        </ul>
      )}
      <Dialog
        open={placing}
        onOpenChange={setPlacing}
        title={t('keeping.holds.place')}
        description={t('keeping.holds.placeLead')}
      >
        <PlaceHold close={() => setPlacing(false)} />
      </Dialog>
      <Dialog
        open={releasing !== null}
        onOpenChange={(open) => !open && setReleasing(null)}
        title={t('keeping.holds.releaseTitle', { name: releasing?.name ?? '' })}
        description={t('keeping.holds.releaseLead')}
      >
        {releasing ? <Release hold={releasing} close={() => setReleasing(null)} /> : null}
      </Dialog>
    </Section>
  )
}

function Row({ hold, release }: { hold: Hold; release: (() => void) | null }) {
  const t = useT()
  const locale = useLocale()
  const names = useNames([hold.agentId])
  return (
    <li className={`py-2.5 ${hold.releasedAt ? 'text-ink-2' : ''}`}>
      <div className="flex items-center gap-2.5">
        <Scale size={14} aria-hidden className="shrink-0 text-ink-2" />
        <span className="min-w-0 flex-1 font-medium break-words">{hold.name}</span>
        {hold.releasedAt ? (
          <Chip>{t('keeping.holds.released')}</Chip>
        ) : release ? (
          <button type="button" className="btn" onClick={release}>
            {t('keeping.holds.release')}
          </button>
        ) : (
          <Chip>{t('keeping.holds.inForce')}</Chip>
        )}
      </div>
      <p className="mt-1 text-xs break-words">{hold.reason}</p>
      <p className="mt-1 text-xs text-ink-2">
        {hold.from || hold.to
          ? t('keeping.range', {
              from: hold.from ? shortDay(locale, hold.from) : t('keeping.holds.always'),
              to: hold.to ? shortDay(locale, hold.to, { before: true }) : t('keeping.holds.noEnd'),
            })
          : t('keeping.holds.everything')}
        {hold.agentId ? ` · ${names.agent(hold.agentId) ?? hold.agentId}` : ''}
        {' · '}
        {hold.placedByName} <Ago at={hold.placedAt} />
      </p>
      {hold.releasedAt ? (
        <p className="mt-0.5 text-xs text-ink-2">
          {t('keeping.holds.releasedBy', { name: hold.releasedByName ?? '—', reason: hold.releasedBecause ?? '—' })}{' '}
          <Ago at={hold.releasedAt} />
        </p>
      ) : null}
    </li>
  )
}

function Release({ hold, close }: { hold: Hold; close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [reason, setReason] = useState('')
  const release = useMutation({
    mutationFn: () => request(Hold, `/audit/keeping/holds/${hold.id}/release`, { method: 'POST', body: { reason } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keepingQuery.queryKey })
      close()
    },
  })
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        release.mutate()
      }}
    >
      <Field
        label={t('keeping.reason')}
        value={reason}
        minLength={3}
        maxLength={500}
        required
        onChange={(event) => setReason(event.target.value)}
      />
      <Trouble error={release.error} />
      <SubmitActions cancel={close} disabled={reason.trim().length < 3 || release.isPending}>
        {t('keeping.holds.release')}
      </SubmitActions>
    </form>
  )
}
