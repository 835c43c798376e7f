import { Link } from '@tanstack/react-router'
import { Download, ShieldCheck } from 'lucide-react'
import { useT } from '../../../i18n/use-t.ts'
import { ExportButton } from '../export-button.tsx'

/** What can be done with the sequence as a whole. */
export function AuditActions() {
  const t = useT()
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Link to="/audit/integrity" className="btn">
        <ShieldCheck size={15} aria-hidden className="text-low" />
        {t('integrity.title')}
      </Link>
      <ExportButton icon={<Download size={15} aria-hidden />} />
      <a href="/verify.html" target="_blank" rel="noreferrer" className="btn btn-quiet max-md:hidden">
        {t('audit.verifier')}
      </a>
    </div>
  )
}
