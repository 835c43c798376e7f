import { Link } from '@tanstack/react-router'
import { OctagonX } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import type { KillScope } from '../../../worker/features/kill-switch/contract.ts'
import { withMessages } from '../../i18n/catalogue.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'

const StopDialog = lazy(async () => ({
  default: (await withMessages(import('./stop/stop-dialog.tsx'), 'kill')).StopDialog,
}))

/** Stops what it stands beside; what is under an order leads to it, and counts as stopped once its gateway showed that. */
export function ScopeStop({ scope, stop = null }: { scope: KillScope; stop?: Agent['stop'] }) {
  const t = useT()
  const mayOrder = useCan('kill.order')
  const [open, setOpen] = useState(false)
  if (stop)
    return (
      <Link to="/kill-switch/$id" params={{ id: stop.orderId }} className="btn btn-danger">
        <OctagonX size={15} aria-hidden />
        {t(stop.state === 'stopped' ? 'kill.toOrder' : 'kill.toOpenOrder')}
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
