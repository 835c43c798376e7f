import { ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { SemanticChange } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { Hunks } from './hunks.tsx'
import { itemLabel } from './item-label.ts'
import { FileValue } from './known-file.tsx'
import { SecretMark, Value } from './value.tsx'

/** What became of one setting. */
export function WhatChanged({ change }: { change: SemanticChange }) {
  const t = useT()
  const { kind, before, after, from, to } = change
  if (change.secret)
    return (
      <p className="flex flex-wrap items-center gap-x-2">
        <SecretMark />
        <span className="text-2xs text-ink-2">{t(`snapshots.secret.${kind}`)}</span>
      </p>
    )
  if (kind === 'moved')
    return <p className="text-ink-2">{t('snapshots.moved', { from: (from ?? 0) + 1, to: (to ?? 0) + 1 })}</p>
  if (change.hunks) return <Hunks hunks={change.hunks} />
  const shown = (value: unknown) =>
    change.category === 'files' ? <FileValue value={value} /> : <Value value={value} />
  if (kind === 'added')
    return (
      <Side sign="+" word={t('snapshots.kind.added')} className="bg-low-soft">
        {shown(after)}
      </Side>
    )
  if (kind === 'removed')
    return (
      <Side sign="−" word={t('snapshots.kind.removed')} className="bg-critical-soft">
        {shown(before)}
      </Side>
    )
  return (
    <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
      <span className="min-w-0 rounded-sm bg-critical-soft px-1.5 py-px">
        <span className="sr-only">{t('snapshots.before')} </span>
        {shown(before)}
      </span>
      <ArrowRight size={13} aria-hidden className="shrink-0 self-center text-ink-3" />
      <span className="min-w-0 rounded-sm bg-low-soft px-1.5 py-px">
        <span className="sr-only">{t('snapshots.after')} </span>
        {shown(after)}
      </span>
    </div>
  )
}

function Side(props: { sign: string; word: string; className: string; children: ReactNode }) {
  return (
    <p className={`flex w-fit max-w-full gap-1.5 rounded-sm px-1.5 py-px ${props.className}`}>
      <span aria-hidden className="font-mono text-2xs leading-5">
        {props.sign}
      </span>
      <span className="sr-only">{props.word}</span>
      <span className="min-w-0">{props.children}</span>
    </p>
  )
}

const marks = {
  added: { sign: '+', look: 'bg-low-soft text-low' },
  removed: { sign: '−', look: 'bg-critical-soft text-critical' },
  changed: { sign: '±', look: 'bg-sunken text-ink-2' },
  moved: { sign: '↕', look: 'bg-sunken text-ink-2' },
} as const

/** What a list gained, lost and put elsewhere. */
export function ListChanged({ changes }: { changes: readonly SemanticChange[] }) {
  const t = useT()
  return (
    <ul className="flex flex-wrap gap-1">
      {changes.map((change) => (
        <li
          key={`${change.kind} ${change.path}`}
          className={`inline-flex min-h-5 items-center gap-1 rounded-sm px-1.5 text-2xs break-all ${marks[change.kind].look}`}
        >
          <span aria-hidden className="font-mono">
            {marks[change.kind].sign}
          </span>
          <span className="sr-only">{t(`snapshots.kind.${change.kind}`)}</span>
          <code className="font-mono">{visible(nameOf(change))}</code>
          {change.kind === 'moved' ? (
            <span className="tnum">
              {(change.from ?? 0) + 1} → {(change.to ?? 0) + 1}
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

const nameOf = ({ steps, path }: SemanticChange): string => {
  const last = steps.at(-1)
  return typeof last === 'object' ? itemLabel(last.item) : path
}
