import { useState } from 'react'
import { useT } from '../../../../i18n/use-t.ts'
import { useMe } from '../../../../session/queries.ts'
import { Dialog } from '../../../../ui/dialog.tsx'
import { pinnedPolicy } from './policy.ts'
import { PolicyForm } from './policy-form.tsx'

/** Whose signatures this browser insists on, whatever the server names; and the way to say so. */
export function OwnPolicy({ named }: { named: readonly string[] }) {
  const t = useT()
  const me = useMe()
  const [isOpen, setIsOpen] = useState(false)
  if (!me) return null
  const pinned = pinnedPolicy(me.organization.id)
  return (
    <p className="mt-1 flex flex-wrap items-center gap-x-2 text-xs">
      <span className="text-ink-2">{t('integrity.policy.title')}</span>
      <span>
        {pinned
          ? t('integrity.policy.pinned', {
              keys: pinned.log.length,
              quorum: pinned.quorum,
              witnesses: pinned.witnesses.length,
            })
          : t('integrity.policy.none')}
      </span>
      <button type="button" className="aside-link" onClick={() => setIsOpen(true)}>
        {t(pinned ? 'integrity.policy.change' : 'integrity.policy.set')}
      </button>
      <Dialog
        open={isOpen}
        onOpenChange={setIsOpen}
        title={t('integrity.policy.dialog')}
        description={t('integrity.policy.lead')}
        wide
      >
        <PolicyForm organizationId={me.organization.id} pinned={pinned} named={named} close={() => setIsOpen(false)} />
      </Dialog>
    </p>
  )
}
