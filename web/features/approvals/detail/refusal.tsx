import { TriangleAlert } from 'lucide-react'
import { useT } from '../../../i18n/use-t.ts'
import type { OwnDecision } from '../decisions.ts'
import { useRefusalText } from '../refusal-text.ts'

/** Why the decision made here did not stand: for a lost race, who won it and when. */
export function Refusal({ own }: { own: OwnDecision }) {
  const t = useT()
  const words = useRefusalText()
  if (!own.error) return null
  return (
    <div role="alert" className="flex gap-2.5 rounded-md bg-medium-soft px-3.5 py-3 text-medium">
      <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
      <p>
        {words(own.error)}
        {own.error.requestId ? (
          <span className="block text-2xs">
            {t('state.requestId')} <code className="font-mono break-all">{own.error.requestId}</code>
          </span>
        ) : null}
      </p>
    </div>
  )
}
