import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Bookmark, BookmarkPlus, ChevronDown, Settings2, Users } from 'lucide-react'
import { useState } from 'react'
import type { SavedSearch } from '../../../../worker/features/audit/searches/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Menu, MenuDivider, MenuGroup, MenuItem } from '../../../ui/menu.tsx'
import { type AuditSearch, isFiltered } from './filter.ts'
import { SaveDialog } from './saved-dialog.tsx'
import { SavedList } from './saved-list.tsx'
import { addressOfSaved, savedSearchesQuery } from './saved-queries.ts'

/** Searches that are kept: one's own and those that are shared. Choosing one puts its filters into the address. */
export function SavedMenu({ search }: { search: AuditSearch }) {
  const t = useT()
  const [asking, setAsking] = useState<'save' | 'manage' | null>(null)
  const { data, isError } = useQuery(savedSearchesQuery)
  const open = useOpenSaved()
  const items = data?.items ?? []
  const group = (label: string, members: readonly SavedSearch[]) =>
    members.length === 0 ? null : (
      <MenuGroup label={label}>
        {members.map((saved) => (
          <MenuItem
            key={saved.id}
            icon={saved.isShared ? <Users size={15} aria-hidden /> : <Bookmark size={15} aria-hidden />}
            onClick={() => open(saved)}
          >
            {saved.name}
            {saved.isShared ? <span className="sr-only"> {t('audit.saved.isShared')}</span> : null}
          </MenuItem>
        ))}
      </MenuGroup>
    )
  const close = () => setAsking(null)
  return (
    <>
      <Menu
        className="btn"
        trigger={
          <>
            <Bookmark size={14} aria-hidden />
            {t('audit.saved.title')}
            <ChevronDown size={13} aria-hidden className="text-ink-2" />
          </>
        }
      >
        {group(
          t('audit.saved.own'),
          items.filter(({ isOwn }) => isOwn),
        )}
        {group(
          t('audit.saved.shared'),
          items.filter(({ isOwn }) => !isOwn),
        )}
        {items.length > 0 ? (
          <MenuDivider />
        ) : (
          <p className="max-w-64 px-2.5 py-2 text-xs text-ink-2">
            {t(isError ? 'audit.saved.failed' : data ? 'audit.saved.none' : 'state.loading')}
          </p>
        )}
        {isFiltered(search) ? (
          <MenuItem icon={<BookmarkPlus size={15} aria-hidden />} onClick={() => setAsking('save')}>
            {t('audit.saved.save')}
          </MenuItem>
        ) : null}
        {items.length > 0 ? (
          <MenuItem icon={<Settings2 size={15} aria-hidden />} onClick={() => setAsking('manage')}>
            {t('audit.saved.manage')}
          </MenuItem>
        ) : null}
      </Menu>
      {asking === 'save' ? <SaveDialog search={search} close={close} /> : null}
      {asking === 'manage' ? <SavedList items={items} close={close} /> : null}
    </>
  )
}

const useOpenSaved = () => {
  const navigate = useNavigate()
  return ({ query }: SavedSearch) => void navigate({ to: '/audit', search: addressOfSaved(query) })
}
