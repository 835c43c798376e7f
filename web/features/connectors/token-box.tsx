import { useId, useState } from 'react'
import type { CreatedConnector } from '../../../worker/features/connectors/contract.ts'
import { commandGroupsWithChanges } from '../../../worker/features/connectors/link/commands/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Copy } from '../../ui/copy.tsx'
import { Note } from '../../ui/state.tsx'

/** The token and the command to paste: shown this once. */
export function TokenBox({ created }: { created: CreatedConnector }) {
  const t = useT()
  const [mayManage, setMayManage] = useState(false)
  const hint = useId()
  const command = mayManage ? `${created.command} --groups ${commandGroupsWithChanges.join(',')}` : created.command
  return (
    <div className="space-y-4">
      <Note tone="warn">{t('connectors.token.once')}</Note>
      <Secret label={t('connectors.token.command')} value={command} />
      <div className="flex items-start gap-2.5">
        <input
          id={`${hint}-box`}
          type="checkbox"
          className="mt-0.5 size-4 accent-accent"
          checked={mayManage}
          aria-describedby={hint}
          onChange={(event) => setMayManage(event.target.checked)}
        />
        <div className="min-w-0">
          <label htmlFor={`${hint}-box`} className="text-xs font-medium">
            {t('health.pairing.allow')}
          </label>
          <p id={hint} className="mt-0.5 text-2xs text-ink-2">
            {t('health.pairing.hint')}
          </p>
        </div>
      </div>
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
