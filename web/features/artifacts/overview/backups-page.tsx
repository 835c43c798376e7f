import { Link, useSearch } from '@tanstack/react-router'
import { Undo2 } from 'lucide-react'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Page } from '../../../ui/page.tsx'
import { Note } from '../../../ui/state.tsx'
import { Restores } from '../restore/restores.tsx'
import { Packages } from './packages.tsx'
import { Standings } from './standings.tsx'

/** What could be put back, whether that was ever proven, and what was. */
export function BackupsPage() {
  const t = useT()
  const search = useSearch({ from: '/room/backups' })
  const mayWrite = useCan('artifacts.write')
  const mayRestore = useCan('artifacts.restore')
  return (
    <Page
      title={t('nav.backups')}
      lead={t('backups.lead')}
      actions={
        mayRestore ? (
          <Link to="/backups/restore" className="btn btn-primary">
            <Undo2 size={15} aria-hidden />
            {t('backups.restore')}
          </Link>
        ) : null
      }
    >
      <div className="space-y-9">
        {mayWrite ? null : <Note>{t('backups.mayNot')}</Note>}
        <Standings mayWrite={mayWrite} />
        <Packages filter={search} />
        <Restores />
      </div>
    </Page>
  )
}
