import { ArrowRight } from 'lucide-react'
import { useT } from '../../../i18n/use-t.ts'
import { listChange } from './entry.ts'
import { inWords, ValueText } from './value-text.tsx'

/** What becomes of one value: a list by what it gains and loses, anything else by before and after. */
export function ChangeText({ before, after }: { before: unknown; after: unknown }) {
  const t = useT()
  const areLists = [before, after].every((value) => Array.isArray(value) || value === undefined || value === null)
  if (!areLists)
    return (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        <span className="min-w-0 text-ink-2 line-through decoration-ink-3/60">
          <ValueText value={before} />
        </span>
        <ArrowRight size={13} role="img" aria-label={t('agent.preview.becomes')} className="shrink-0 text-ink-3" />
        <span className="min-w-0 font-medium">
          <ValueText value={after} />
        </span>
      </span>
    )
  const { gained, lost } = listChange(before, after)
  if (gained.length + lost.length === 0) return <span className="text-ink-2">{t('agent.preview.reordered')}</span>
  return (
    <ul className="flex flex-wrap gap-1">
      {lost.map((item) => (
        <Item
          key={`lost ${inWords(item)}`}
          sign="−"
          word={t('agent.preview.lost')}
          item={item}
          className="bg-critical-soft text-critical"
        />
      ))}
      {gained.map((item) => (
        <Item
          key={`gained ${inWords(item)}`}
          sign="+"
          word={t('agent.preview.gained')}
          item={item}
          className="bg-low-soft text-low"
        />
      ))}
    </ul>
  )
}

function Item(props: { sign: string; word: string; item: unknown; className: string }) {
  return (
    <li
      className={`inline-flex min-h-5 items-center gap-1 rounded-sm px-1.5 font-mono text-2xs break-all ${props.className}`}
    >
      <span aria-hidden>{props.sign}</span>
      <span className="sr-only">{props.word}</span>
      {inWords(props.item)}
    </li>
  )
}
