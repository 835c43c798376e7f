import { useNavigate, useSearch } from '@tanstack/react-router'
import { NotebookText } from 'lucide-react'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Note } from '../../ui/state.tsx'
import { SearchBox } from './search-box.tsx'
import { SearchResults } from './search-results.tsx'

/** A search over what all agents have written down. */
export function MemoryPage() {
  const t = useT()
  const navigate = useNavigate()
  const mayRead = useCan('memory.read')
  const { q = '' } = useSearch({ from: '/room/memory' })
  return (
    <Page title={t('memory.title')} lead={t('memory.lead')}>
      {!mayRead ? (
        <Note>{t('memory.mayNot')}</Note>
      ) : (
        <>
          <div className="mb-4 flex">
            <SearchBox
              query={q}
              search={(query) => void navigate({ to: '/memory', search: query ? { q: query } : {} })}
            />
          </div>
          {q ? (
            <SearchResults query={q} />
          ) : (
            <Empty
              icon={<NotebookText size={20} strokeWidth={1.75} aria-hidden />}
              title={t('memory.begin')}
              body={t('memory.beginBody')}
            />
          )}
        </>
      )}
    </Page>
  )
}
