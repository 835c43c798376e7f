import { useState } from 'react'
import type { RuleSet } from '../../../worker/features/rules/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Trouble } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { type Item, itemsOf } from './difference.ts'
import { FieldValue } from './difference-view.tsx'
import { type Clash, clashesOf, clashId, naturalSide, rebase, type Side } from './merge.ts'

const sides = ['yours', 'theirs'] as const

/** Somebody saved meanwhile: what each of the two wants, field by field, and three ways on. */
export function ConflictView(props: {
  base: RuleSet
  current: RuleSet
  yours: Item[]
  takeTheirs: () => void
  /** Saves the merged list at once; rejects when that fails. */
  saveMerged: (items: Item[]) => Promise<unknown>
  editMerged: (items: Item[]) => void
  close: () => void
}) {
  const t = useT()
  const { base, current, yours } = props
  const [chosen, setChosen] = useState<ReadonlyMap<string, Side>>(new Map())
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [was, theirs] = [itemsOf(base.rules), itemsOf(current.rules)]
  const clashes = clashesOf(was, yours, theirs)
  const contested = clashes.filter((clash) => clash.contested).length
  const merged = () => rebase(was, yours, theirs, chosen)
  const save = async () => {
    setBusy(true)
    try {
      await props.saveMerged(merged())
    } catch (failure) {
      setError(failure)
    }
    setBusy(false)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.close()}
      wide
      title={t('rules.conflict.title', { name: current.changedBy?.name ?? t('state.none') })}
      description={
        <p>
          {t('rules.conflict.body', { base: base.version, current: current.version })}{' '}
          {current.changedAt ? <Ago at={current.changedAt} /> : null}
          {current.note ? <q className="ml-1">{current.note}</q> : null}
        </p>
      }
    >
      <p className="tnum mt-3 text-xs font-medium">{t('rules.conflict.count', { count: clashes.length, contested })}</p>
      {clashes.length === 0 ? null : (
        <ul className="mt-2 hairlines">
          {clashes.map((clash) => (
            <ClashRow
              key={clashId(clash)}
              clash={clash}
              side={chosen.get(clashId(clash)) ?? naturalSide(clash)}
              choose={(side) => setChosen(new Map(chosen).set(clashId(clash), side))}
            />
          ))}
        </ul>
      )}
      <div className="mt-4">
        <Trouble error={error} />
      </div>
      <DialogActions>
        <button type="button" className="btn btn-danger mr-auto" onClick={props.takeTheirs}>
          {t('rules.conflict.takeTheirs')}
        </button>
        <button type="button" className="btn" onClick={() => props.editMerged(merged())}>
          {t('rules.conflict.edit')}
        </button>
        <button type="button" className="btn btn-primary" disabled={busy} onClick={() => void save()}>
          {t('rules.conflict.keepMine', { version: current.version + 1 })}
        </button>
      </DialogActions>
    </Dialog>
  )
}

function ClashRow({ clash, side, choose }: { clash: Clash; side: Side; choose: (side: Side) => void }) {
  const t = useT()
  return (
    <li className="py-3 text-xs">
      <p className="mb-1.5 flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{clash.name}</span>
        <span className="text-2xs text-ink-2">{t(`rules.field.${clash.field}`)}</span>
        {clash.contested ? <span className="text-2xs text-high">{t('rules.conflict.both')}</span> : null}
      </p>
      <div className="grid gap-2 sm:grid-cols-2">
        {sides.map((one) => (
          <label
            key={one}
            className="flex cursor-pointer items-start gap-2.5 rounded-md border border-line p-2.5 has-checked:border-accent has-checked:bg-accent-soft/50"
          >
            <input
              type="radio"
              name={clashId(clash)}
              className="mt-0.5 accent-[var(--accent)]"
              checked={side === one}
              onChange={() => choose(one)}
            />
            <span className="min-w-0 flex-1">
              <span className="mb-0.5 block text-2xs text-ink-2">{t(`rules.conflict.${one}`)}</span>
              {clash.field === 'existence' ? (
                t(clash[one] === undefined ? 'rules.conflict.without' : 'rules.conflict.with')
              ) : (
                <FieldValue field={clash.field} value={clash[one]} />
              )}
            </span>
          </label>
        ))}
      </div>
    </li>
  )
}
