import { KeyRound } from 'lucide-react'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { isRedacted } from '../../agents/draft/secrets.ts'

const oneLineMax = 96

/** A value of the configuration as people read it: plain text as it is, trees as indented JSON, secrets never. */
export function Value({ value }: { value: unknown }) {
  const t = useT()
  if (value === undefined || value === null) return <span className="text-ink-3">{t('snapshots.value.none')}</span>
  if (typeof value === 'boolean') return t(value ? 'snapshots.value.on' : 'snapshots.value.off')
  if (value === '') return <span className="text-ink-3">{t('snapshots.value.emptyText')}</span>
  if (typeof value === 'string' && isRedacted(value)) return <SecretMark />
  const line = typeof value === 'string' ? value : JSON.stringify(value)
  const text = typeof value === 'string' || line.length <= oneLineMax ? line : JSON.stringify(value, null, 2)
  return <code className="font-mono text-2xs break-all whitespace-pre-wrap">{visible(text)}</code>
}

/** Stands where there is a secret that nobody is shown. */
export function SecretMark() {
  const t = useT()
  return (
    <span className="inline-flex items-center gap-1 text-ink-2">
      <KeyRound size={12} aria-hidden />
      {t('snapshots.value.secret')}
    </span>
  )
}
