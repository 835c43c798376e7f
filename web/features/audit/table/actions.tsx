import { Link, useSearch } from '@tanstack/react-router'
import { Radio, ShieldCheck } from 'lucide-react'
import { useT } from '../../../i18n/use-t.ts'
import { ExportMenu } from '../export-menu.tsx'
import { filterOf } from './filter.ts'

/** What can be done with the sequence as a whole. */
export function AuditActions() {
  const t = useT()
  const search = useSearch({ from: '/room/audit' })
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Link to="/audit/integrity" className="btn">
        <ShieldCheck size={15} aria-hidden className="text-low" />
        {t('integrity.title')}
      </Link>
      <Link to="/audit/streams" className="btn">
        <Radio size={15} aria-hidden />
        {t('audit.streams')}
      </Link>
      <ExportMenu filter={filterOf(search).filter} />
      <a href="/verify.html" target="_blank" rel="noreferrer" className="btn btn-quiet max-md:hidden">
        {t('audit.verifier')}
      </a>
    </div>
  )
}
