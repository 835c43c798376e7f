import { Link } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { AnswerTo } from '../../../../../worker/features/connectors/link/questions/contract.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { Chip } from '../../../../ui/badge.tsx'
import { Ago } from '../../../../ui/time.tsx'

export function FileList({ agentId, files }: { agentId: string; files: AnswerTo<'files.list'>['files'] }) {
  const t = useT()
  const locale = useLocale()
  return (
    <ul aria-label={t('agent.tabs.files')} className="hairlines">
      {files.map((one) => (
        <li key={one.name}>
          <Link
            to="/agents/$id/files"
            params={{ id: agentId }}
            search={{ file: one.name }}
            resetScroll={false}
            className="-mx-2 block rounded-md px-2 py-2 hover:bg-sunken"
            activeProps={{ className: 'bg-sunken font-medium' }}
          >
            <span className="flex items-center gap-2">
              <code className="min-w-0 flex-1 truncate font-mono text-2xs">{one.name}</code>
              {one.isMissing ? <Chip>{t('agent.files.missing')}</Chip> : null}
            </span>
            {one.isMissing ? null : (
              <span className="flex gap-3 text-2xs font-normal text-ink-2">
                {one.sizeBytes === null ? null : (
                  <span className="tnum">
                    {t('agent.files.bytes', { count: one.sizeBytes.toLocaleString(locale) })}
                  </span>
                )}
                {one.updatedAt ? <Ago at={one.updatedAt} /> : null}
              </span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  )
}
