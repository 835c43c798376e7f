import { Link } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { MemoryFiles } from '../../../worker/features/memory/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Ago } from '../../ui/time.tsx'

/** The files, the newest first, with size and last write. */
export function FileList({ agentId, files }: { agentId: string; files: MemoryFiles['files'] }) {
  const t = useT()
  const locale = useLocale()
  return (
    <ul aria-label={t('memory.files')} className="hairlines">
      {files.map((one) => (
        <li key={one.path}>
          <Link
            to="/agents/$id/memory"
            params={{ id: agentId }}
            search={{ file: one.path }}
            resetScroll={false}
            className="-mx-2 block rounded-md px-2 py-2 hover:bg-sunken"
            activeProps={{ className: 'bg-sunken font-medium' }}
          >
            <code className="block truncate font-mono text-2xs">{one.path}</code>
            <span className="flex gap-3 text-2xs font-normal text-ink-2">
              {one.sizeBytes === null ? null : (
                <span className="tnum">{t('memory.bytes', { count: one.sizeBytes.toLocaleString(locale) })}</span>
              )}
              {one.updatedAt ? <Ago at={one.updatedAt} /> : null}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
