import { useT } from '../../../i18n/use-t.ts'
import { Copy } from '../../../ui/copy.tsx'
import { type Chosen, commandsFor } from './command.ts'

/** To be pasted on the machine of the gateway, by somebody who has the passphrase. */
export function Commands({ chosen }: { chosen: Chosen }) {
  const t = useT()
  const commands = commandsFor(chosen)
  return (
    <div className="space-y-3">
      <ol className="overflow-hidden rounded-md border border-line">
        {commands.map((command, index) => (
          <li key={command} className="flex items-start gap-3 border-line bg-sunken px-3 py-2.5 not-last:border-b">
            <span aria-hidden className="tnum pt-0.5 text-2xs text-ink-2">
              {index + 1}
            </span>
            <code className="min-w-0 flex-1 font-mono text-xs break-all">{command}</code>
            <Copy text={command} what={t('backups.wizard.command', { step: index + 1 })} />
          </li>
        ))}
      </ol>
      <p className="text-xs text-ink-2">{t('backups.wizard.runHint')}</p>
    </div>
  )
}
