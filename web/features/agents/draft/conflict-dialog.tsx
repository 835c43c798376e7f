import { useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { dotted } from './entry.ts'
import { type Clash, rebased, type Side } from './rebase.ts'
import type { AgentDraft } from './use-agent-draft.ts'
import { ValueText } from './value-text.tsx'

const sides = ['mine', 'theirs'] as const

/** Somebody changed the same at the gateway meanwhile: both values at each path, and whose shall stand. */
export function ConflictDialog({ draft, open, close }: { draft: AgentDraft; open: boolean; close: () => void }) {
  const t = useT()
  const [chosen, setChosen] = useState<ReadonlyMap<string, Side>>(new Map())
  const merge = () => {
    draft.restart(rebased(draft.base, draft.after, draft.theirs, chosen))
    close()
  }
  return (
    <Dialog
      open={open && draft.clashes.length > 0}
      onOpenChange={(next) => !next && close()}
      wide
      title={t('agent.conflict.title')}
      description={t('agent.conflict.body')}
    >
      <ul className="mt-3 hairlines">
        {draft.clashes.map((clash) => (
          <ClashRow
            key={dotted(clash.path)}
            clash={clash}
            side={chosen.get(dotted(clash.path)) ?? 'mine'}
            choose={(side) => setChosen(new Map(chosen).set(dotted(clash.path), side))}
          />
        ))}
      </ul>
      <DialogActions>
        <button
          type="button"
          className="btn btn-danger mr-auto"
          onClick={() => {
            draft.discard()
            close()
          }}
        >
          {t('agent.conflict.dropMine')}
        </button>
        <button type="button" className="btn" onClick={close}>
          {t('action.cancel')}
        </button>
        <button type="button" className="btn btn-primary" onClick={merge}>
          {t('agent.conflict.merge')}
        </button>
      </DialogActions>
    </Dialog>
  )
}

function ClashRow({ clash, side, choose }: { clash: Clash; side: Side; choose: (side: Side) => void }) {
  const t = useT()
  const name = dotted(clash.path)
  return (
    <li className="py-3 text-xs">
      <p className="mb-1.5 flex flex-wrap items-baseline gap-x-3">
        <code className="font-mono text-2xs font-medium break-all">{name}</code>
        <span className="text-2xs text-ink-2">
          {t('agent.conflict.was')} <ValueText value={clash.base} />
        </span>
      </p>
      <div className="grid gap-2 sm:grid-cols-2">
        {sides.map((one) => (
          <label
            key={one}
            className="flex cursor-pointer items-start gap-2.5 rounded-md border border-line p-2.5 has-checked:border-accent has-checked:bg-accent-soft/50"
          >
            <input
              type="radio"
              name={name}
              className="mt-0.5 accent-[var(--accent)]"
              checked={side === one}
              onChange={() => choose(one)}
            />
            <span className="min-w-0 flex-1">
              <span className="mb-0.5 block text-2xs text-ink-2">{t(`agent.conflict.${one}`)}</span>
              <ValueText value={clash[one]} />
            </span>
          </label>
        ))}
      </div>
    </li>
  )
}
