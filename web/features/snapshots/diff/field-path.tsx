import { Fragment } from 'react'
import type { Step } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { isFieldName } from './field-names.ts'
import { itemLabel } from './item-label.ts'

/** Which setting it is, in words as far as there are any. A file's name stays as it is. */
export function FieldPath({ steps, isFile = false }: { steps: readonly Step[]; isFile?: boolean }) {
  const t = useT()
  if (steps.length === 0) return t('snapshots.whole')
  const words = steps.map((step, at) => {
    const path = dottedPath(steps.slice(0, at + 1))
    if (typeof step === 'object') return { path, text: itemLabel(step.item), isWord: false }
    return !isFile && isFieldName(step)
      ? { path, text: t(`snapshots.field.${step}`), isWord: true }
      : { path, text: step, isWord: false }
  })
  return words.map(({ path, text, isWord }) => (
    <Fragment key={path}>
      {path === words[0]?.path ? null : (
        <span aria-hidden className="mx-1 text-ink-3">
          ›
        </span>
      )}
      {isWord ? text : <code className="font-mono text-[0.92em] break-all">{visible(text)}</code>}
    </Fragment>
  ))
}

/** The same as the gateway writes it, for those who know its configuration by heart. */
export const dottedPath = (steps: readonly Step[]): string =>
  steps.reduce<string>(
    (path, step) =>
      typeof step === 'object' ? `${path}[${itemLabel(step.item)}]` : path === '' ? step : `${path}.${step}`,
    '',
  )
