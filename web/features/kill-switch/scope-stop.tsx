import { Link } from '@tanstack/react-router'
import { OctagonX } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { KillScope } from '../../../worker/features/kill-switch/contract.ts'
import { withMessages } from '../../i18n/catalogue.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'

const StopDialog = lazy(async () => ({
  default: (await withMessages(import('./stop/stop-dialog.tsx'), 'kill')).StopDialog,
}))

/** Stops what it stands beside; what is stopped already leads to its order. */
export function ScopeStop({ scope, orderId = null }: { scope: KillScope; orderId?: string | null }) {
  const t = useT()
  const mayOrder = useCan('kill.order')
  const [open, setOpen] = useState(false)
  if (orderId)
    return (
      <Link to="/kill-switch/$id" params={{ id: orderId }} className="btn btn-danger">
        <OctagonX size={15} aria-hidden />
        {t('kill.toOrder')}
      </Link>
    )
  if (!mayOrder) return null
  return (
    <>
      <button type="button" aria-haspopup="dialog" className="btn btn-danger" onClick={() => setOpen(true)}>
        <OctagonX size={15} aria-hidden />
        {t('kill.stop')}
      </button>
      <Suspense>{open ? <StopDialog scope={scope} close={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}
