import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Trouble } from '../../../ui/state.tsx'

const named = ['NotAllowedError', 'AbortError', 'SecurityError', 'NotSupportedError', 'InvalidStateError'] as const

/** Why a signature did not come about: the server's reason, or what the browser said, in words. */
export function SignTrouble({ error }: { error: unknown }) {
  const t = useT()
  if (!error) return null
  if (error instanceof ApiError) return <Trouble error={error} />
  const name = named.find((one) => error instanceof Error && error.name === one) ?? 'other'
  return (
    <p role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-xs text-critical">
      {t(`approvals.sign.failed.${name}`)}
    </p>
  )
}
