import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Moon } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { act } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Trouble } from '../../../ui/state.tsx'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Until tomorrow at nine, on this person's clock. */
const tomorrowMs = (now: number) => {
  const at = new Date(now)
  at.setDate(at.getDate() + 1)
  at.setHours(9, 0, 0, 0)
  return at.getTime() - now
}

/** Puts a request out of one's own sight for a while; others still see it, and its time runs on. */
export function SnoozeDialog({ approval, now, close }: { approval: Approval; now: number; close: () => void }) {
  const t = useT()
  const locale = useLocale()
  const queryClient = useQueryClient()
  const leftMs = Date.parse(approval.expiresAt) - now
  const snooze = useMutation({
    mutationFn: (forMs: number) => act(`/approvals/${approval.id}/snooze`, { method: 'POST', body: { forMs } }),
    onSuccess: async () => {
      close()
      await queryClient.invalidateQueries({ queryKey: ['approvals'] })
    },
  })
  const choices = [
    { key: 'quarter', forMs: 15 * minuteMs },
    { key: 'hour', forMs: hourMs },
    { key: 'afternoon', forMs: 4 * hourMs },
    { key: 'tomorrow', forMs: Math.round(tomorrowMs(now) / minuteMs) * minuteMs },
  ] as const
  const fitting = choices.filter(({ forMs }) => forMs < leftMs)
  const wakes = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t('approvals.snooze.title')}
      description={t('approvals.snooze.body')}
    >
      <div className="mt-4 space-y-1.5">
        {fitting.map(({ key, forMs }) => (
          <button
            key={key}
            type="button"
            disabled={snooze.isPending}
            className="btn h-10 w-full justify-between max-md:h-12"
            onClick={() => snooze.mutate(forMs)}
          >
            <span className="inline-flex items-center gap-2">
              <Moon size={15} aria-hidden />
              {t(`approvals.snooze.${key}`)}
            </span>
            <time className="font-normal text-ink-2">{wakes.format(now + forMs)}</time>
          </button>
        ))}
        {fitting.length === 0 ? <p className="text-ink-2">{t('approvals.snooze.tooLate')}</p> : null}
        {snooze.error ? <Trouble error={snooze.error} /> : null}
      </div>
      <div className="mt-5 flex justify-end">
        <button type="button" className="btn" onClick={close}>
          {t('action.cancel')}
        </button>
      </div>
    </Dialog>
  )
}
