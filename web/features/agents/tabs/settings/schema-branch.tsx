import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../../../i18n/use-t.ts'
import { Skeleton } from '../../../../ui/state.tsx'
import { schemaQuery } from '../../at-gateway.ts'
import { useEditing } from '../../draft/draft-context.ts'
import { dotted, isSame, isTree } from '../../draft/entry.ts'
import { ValueText } from '../../draft/value-text.tsx'
import { NotRead } from '../../not-read.tsx'
import { schemaPath } from '../../schema/control-of.ts'
import { SettingField } from '../../schema/setting-field.tsx'
import { NewName } from './new-name.tsx'
import { type Place, placesBelow } from './nodes.ts'

/** What lies below one place of the entry, asked of the gateway when it is opened; advanced settings are folded away. */
export function Branch({ at }: { at: Pick<Place, 'path' | 'lookedUp'> }) {
  const t = useT()
  const { draft } = useEditing()
  const found = useQuery(schemaQuery(draft.agent.id, schemaPath(at.lookedUp)))
  if (found.isPending) return <Skeleton rows={4} height={40} />
  if (!found.data)
    return <NotRead what={t('agent.settings.schemaFailed')} error={found.error} retry={() => void found.refetch()} />
  const { children } = found.data.node
  const places = placesBelow(at, children, draft.valueAt(at.path))
  const advanced = places.filter(({ isAdvanced }) => isAdvanced)
  const [free] = children.filter(({ key }) => key === '*')
  if (children.length === 0)
    return (
      <div className="py-3">
        <SettingField path={at.path} lookedUp={at.lookedUp} />
      </div>
    )
  return (
    <>
      <Rows places={places.filter(({ isAdvanced }) => !isAdvanced)} />
      {free ? (
        <NewName
          at={at.path}
          isGroup={free.type === 'object'}
          taken={places.flatMap(({ path }) => path.at(-1) ?? [])}
        />
      ) : null}
      {advanced.length > 0 ? (
        <details className="group mt-1">
          <summary className="flex min-h-9 list-none items-center gap-1.5 text-xs text-ink-2">
            <ChevronRight size={14} aria-hidden className="transition-transform group-open:rotate-90" />
            {t('agent.settings.advanced', { count: advanced.length })}
          </summary>
          <Rows places={advanced} />
        </details>
      ) : null}
    </>
  )
}

const Rows = ({ places }: { places: readonly Place[] }) =>
  places.length === 0 ? null : (
    <ul className="hairlines">
      {places.map((place) => (
        <PlaceRow key={dotted(place.path)} place={place} />
      ))}
    </ul>
  )

/** One place: its name and what is set, opened to be edited or to show what lies below. `isWhole` names its full path. */
export function PlaceRow({ place, isWhole = false }: { place: Place; isWhole?: boolean }) {
  const t = useT()
  const { draft, saving } = useEditing()
  const value = draft.valueAt(place.path)
  const name = dotted(place.path)
  const isChanged = !isSame(value, draft.baseAt(place.path))
  const isFaulty = [...saving.issues.keys()].some((at) => at === name || at.startsWith(`${name}.`))
  const [open, setOpen] = useState(isFaulty)
  const isFolder = place.isGroup && (value === undefined || isTree(value))
  const inside = isTree(value) ? Object.keys(value).length : 0
  return (
    <li className={isChanged ? 'border-l-2 border-l-accent pl-2' : ''}>
      <button
        type="button"
        aria-expanded={open}
        className="flex min-h-10 w-full items-center gap-x-3 py-1.5 text-left hover:bg-sunken"
        onClick={() => setOpen(!open)}
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={`shrink-0 text-ink-3 transition-transform ${open ? 'rotate-90' : ''}`}
        />
        <span className="min-w-0 basis-1/2 max-md:flex-1">
          {place.title ? <span className="block truncate">{place.title}</span> : null}
          <code className={`block truncate font-mono text-2xs ${place.title ? 'text-ink-2' : ''}`}>
            {isWhole ? name : place.path.at(-1)}
          </code>
        </span>
        <span className="min-w-0 flex-1 truncate text-xs">
          {isFolder && inside > 0 ? (
            <span className="tnum text-ink-2">{t('agent.settings.inside', { count: inside })}</span>
          ) : (
            <ValueText value={isFolder ? undefined : value} />
          )}
        </span>
      </button>
      {open ? (
        <div className={`pb-3 ${isFolder ? 'ml-[7px] border-l border-line pl-4' : 'pl-6'}`}>
          {isFolder ? <Branch at={place} /> : <SettingField path={place.path} lookedUp={place.lookedUp} />}
        </div>
      ) : null}
    </li>
  )
}
