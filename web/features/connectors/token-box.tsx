import type { CreatedConnector } from '../../../worker/features/connectors/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Copy } from '../../ui/copy.tsx'
import { Note } from '../../ui/state.tsx'

/** The token and the command to paste: shown this once. */
export function TokenBox({ created }: { created: CreatedConnector }) {
  const t = useT()
  return (
    <div className="space-y-4">
      <Note tone="warn">{t('connectors.token.once')}</Note>
      <Secret label={t('connectors.token.command')} value={created.command} />
      <Secret label={t('connectors.token.token')} value={created.token} />
    </div>
  )
}

function Secret({ label, value }: { label: string; value: string }) {
  const t = useT()
  return (
    <div>
      <div className="mb-1.5 flex items-center gap-2">
        <p className="flex-1 text-xs font-medium">{label}</p>
        <Copy text={value} what={label} label={t('copy.copy')} />
      </div>
      <pre className="rounded-md border border-line bg-sunken px-3.5 py-3 font-mono text-xs leading-relaxed break-all whitespace-pre-wrap">
        {value}
      </pre>
    </div>
  )
}
