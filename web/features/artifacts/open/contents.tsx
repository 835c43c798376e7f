import { ChevronRight, Files } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useLocale } from 'use-intl'
import type { PackageManifest } from '../../../../cbpkg/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty } from '../../../ui/state.tsx'
import { EntryDialog } from './entry-dialog.tsx'
import { EntryRow } from './entry-row.tsx'
import { type Group, groupsOf, type Placed } from './groups.ts'

const rowsAtOnce = 100
const openAtMost = 4

/** All that is inside, for the gateway and for each agent. `read` gives the content of the entry at a place. */
export function Contents(props: {
  manifest: PackageManifest
  hasSecrets: boolean
  read: (index: number) => Promise<Uint8Array<ArrayBuffer>>
}) {
  const t = useT()
  const [query, setQuery] = useState('')
  const [looked, setLooked] = useState<Placed | null>(null)
  const groups = useMemo(() => groupsOf(props.manifest, query), [props.manifest, query])
  return (
    <Section
      title={t('artifacts.open.contents')}
      className="min-w-0"
      aside={
        <input
          type="search"
          className="field w-52"
          placeholder={t('artifacts.open.filter')}
          aria-label={t('artifacts.open.filter')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      }
    >
      {groups.length === 0 ? (
        <Empty
          icon={<Files size={20} strokeWidth={1.75} aria-hidden />}
          title={t('artifacts.open.contents')}
          body={t(query === '' ? 'artifacts.open.empty' : 'artifacts.open.noneFound')}
        />
      ) : (
        <div className="hairlines">
          {groups.map((group) => (
            <GroupOf
              key={`${query !== ''} ${group.agent?.id ?? ''}`}
              group={group}
              startsOpen={query !== '' || groups.length <= openAtMost}
              look={setLooked}
              read={props.read}
            />
          ))}
        </div>
      )}
      {looked ? (
        <EntryDialog
          key={looked.index}
          entry={looked}
          hasSecrets={props.hasSecrets}
          read={props.read}
          close={() => setLooked(null)}
        />
      ) : null}
    </Section>
  )
}

function GroupOf(props: {
  group: Group
  startsOpen: boolean
  look: (entry: Placed) => void
  read: (index: number) => Promise<Uint8Array<ArrayBuffer>>
}) {
  const t = useT()
  const locale = useLocale()
  const [isOpen, setOpen] = useState(props.startsOpen)
  const [shown, setShown] = useState(rowsAtOnce)
  const { agent, entries } = props.group
  const rest = entries.length - shown
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex min-h-11 items-center gap-2 py-2">
        <ChevronRight
          size={14}
          aria-hidden
          className={`shrink-0 text-ink-2 transition-transform ${isOpen ? 'rotate-90' : ''}`}
        />
        <span className="min-w-0 flex-1 truncate font-medium">
          {agent?.name || agent?.id || t('artifacts.open.global')}
        </span>
        <span className="tnum shrink-0 text-2xs text-ink-2">
          {t('artifacts.open.count', { count: entries.length })}
        </span>
      </summary>
      {isOpen ? (
        <ul className="hairlines mb-3 border-b-0">
          {entries.slice(0, shown).map((entry) => (
            <EntryRow key={entry.index} entry={entry} look={props.look} read={props.read} />
          ))}
        </ul>
      ) : null}
      {isOpen && rest > 0 ? (
        <button type="button" className="btn mb-3" onClick={() => setShown(shown + rowsAtOnce)}>
          {t('artifacts.open.more', { count: number(locale, Math.min(rest, rowsAtOnce)) })}
        </button>
      ) : null}
    </details>
  )
}
