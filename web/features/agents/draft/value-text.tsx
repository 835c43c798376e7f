import { useT } from '../../../i18n/use-t.ts'
import { isRedacted } from './secrets.ts'

/** A value of the configuration on one line, as JSON but for plain text. */
export const inWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** A value, or that there is none; a secret is only said to be there. */
export function ValueText({ value }: { value: unknown }) {
  const t = useT()
  if (value === undefined || value === null) return <span className="text-ink-3">{t('agent.value.unset')}</span>
  if (isRedacted(value) && typeof value === 'string')
    return <span className="text-ink-2">{t('agent.value.secret')}</span>
  if (value === '') return <span className="text-ink-3">{t('agent.value.empty')}</span>
  if (typeof value === 'boolean') return t(value ? 'agent.value.on' : 'agent.value.off')
  return <code className="font-mono text-2xs break-all whitespace-pre-wrap">{inWords(value)}</code>
}
