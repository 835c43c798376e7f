import { Check, Copy as CopyIcon } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useT } from '../i18n/use-t.ts'

/** Copies `text`; `what` names it for screen readers. With `label`, a full button. */
export function Copy({ text, what, label }: { text: string; what: string; label?: string }) {
  const t = useT()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1600)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  const Icon = copied ? Check : CopyIcon
  return (
    <button
      type="button"
      className={label ? 'btn' : 'btn btn-quiet btn-icon'}
      aria-label={label ? undefined : t('copy.what', { what })}
      onClick={() => void copy()}
    >
      <Icon size={14} aria-hidden className={copied ? 'text-low' : ''} />
      {label ? (copied ? t('copy.done') : label) : null}
      <span role="status" className="sr-only">
        {copied ? t('copy.done') : ''}
      </span>
    </button>
  )
}
