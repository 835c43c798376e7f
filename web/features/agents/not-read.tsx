import { CloudOff } from 'lucide-react'
import { awayCauses } from '../../../worker/features/agents/live/contract.ts'
import { ApiError } from '../../api-error.ts'
import { useT } from '../../i18n/use-t.ts'
import { Empty, Failed } from '../../ui/state.tsx'

/**
 * What could not be read of a gateway. That it is away and nothing of this is kept here is no fault, and is told as what
 * it is; everything else is told as a failure.
 */
export function NotRead({ what, error, retry }: { what: string; error: unknown; retry: () => void }) {
  const t = useT()
  const because = awayCauseOf(error)
  if (!because) return <Failed what={what} error={error} retry={retry} />
  return (
    <Empty
      icon={<CloudOff size={20} strokeWidth={1.75} aria-hidden />}
      title={t('agent.notKept.title')}
      body={t('agent.notKept.body', { because: t(`agent.away.${because}`) })}
    >
      <button type="button" className="btn" onClick={retry}>
        {t('state.retry')}
      </button>
    </Empty>
  )
}

const awayCauseOf = (error: unknown) =>
  error instanceof ApiError && error.code === 'unavailable'
    ? awayCauses.find((cause) => cause === error.context.because)
    : undefined
