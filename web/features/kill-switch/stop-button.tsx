import { useQuery } from '@tanstack/react-query'
import { OctagonX } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { withMessages } from '../../i18n/catalogue.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { openOrdersQuery } from './queries.ts'

const StopDialog = lazy(async () => ({
  default: (await withMessages(import('./stop/stop-dialog.tsx'), 'kill')).StopDialog,
}))

/** In the top bar of every page. Red and filled while something is stopped that is not as it should be. */
export function StopButton() {
  const t = useT()
  const mayOrder = useCan('kill.order')
  const [open, setOpen] = useState(false)
  const orders = useQuery(openOrdersQuery).data?.items ?? []
  const isTrouble = orders.some(({ state }) => state === 'incomplete' || state === 'broken')
  if (!mayOrder) return null
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        className={`btn btn-danger max-md:w-11 max-md:px-0 ${isTrouble ? 'bg-critical-soft' : ''}`}
        onClick={() => setOpen(true)}
      >
        <OctagonX size={16} aria-hidden />
        <span className="max-md:sr-only">{t('kill.open')}</span>
        {orders.length > 0 ? (
          <span className="tnum max-md:hidden">
            {orders.length}
            <span className="sr-only"> {t('kill.now')}</span>
          </span>
        ) : null}
      </button>
      <Suspense>{open ? <StopDialog close={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
