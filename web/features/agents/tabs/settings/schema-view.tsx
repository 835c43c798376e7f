import { useQueries, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useT } from '../../../../i18n/use-t.ts'
import { Section } from '../../../../ui/page.tsx'
import { Skeleton } from '../../../../ui/state.tsx'
import { schemaQuery } from '../../at-gateway.ts'
import { useEditing } from '../../draft/draft-context.ts'
import { dotted, type Path, valueAt } from '../../draft/entry.ts'
import { NotRead } from '../../not-read.tsx'
import { schemaPath } from '../../schema/control-of.ts'
import { answersTo, lookedUpOf, type Place, pathsSet, placesBelow } from './nodes.ts'
import { Branch, PlaceRow } from './schema-branch.tsx'

const root = { path: [], lookedUp: [] }
const hitsMax = 40

/** The schema walked as far as somebody opens it; what is set comes first, and a search looks one step further. */
export function SchemaView() {
  const t = useT()
  const [query, setQuery] = useState('')
  const words = useDeferredValue(query.trim())
  return (
    <>
      <input
        type="search"
        className="field mb-5 md:h-9 md:max-w-96"
        aria-label={t('agent.settings.search')}
        placeholder={t('agent.settings.search')}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {words === '' ? (
        <div className="space-y-8">
          <SetValues />
          <Section title={t('agent.settings.all')}>
            <Branch at={root} />
          </Section>
        </div>
      ) : (
        <Found words={words} />
      )}
    </>
  )
}

function SetValues() {
  const t = useT()
  const { draft } = useEditing()
  const paths = pathsSet(draft.after)
  return (
    <Section title={t('agent.settings.set', { count: paths.length })}>
      {paths.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('agent.settings.nothingSet')}</p>
      ) : (
        <ul className="hairlines">
          {paths.map((path) => (
            <PlaceRow key={dotted(path)} place={placeAt(path)} isWhole />
          ))}
        </ul>
      )}
    </Section>
  )
}

const placeAt = (path: Path): Place => ({
  path,
  lookedUp: lookedUpOf(path),
  title: null,
  description: null,
  isAdvanced: false,
  isGroup: false,
})

function Found({ words }: { words: string }) {
  const t = useT()
  const { draft } = useEditing()
  const top = useQuery(schemaQuery(draft.agent.id, schemaPath([])))
  const first = top.data ? placesBelow(root, top.data.node.children, draft.after) : []
  const groups = first.filter(({ isGroup }) => isGroup)
  const deeper = useQueries({
    queries: groups.map(({ lookedUp }) => schemaQuery(draft.agent.id, schemaPath(lookedUp))),
  })
  const below = groups.flatMap((group, at) =>
    placesBelow(group, deeper[at]?.data?.node.children ?? [], valueAt(draft.after, group.path)),
  )
  const hits = [...first, ...below].filter((place) => answersTo(place, words))
  const isLooking = top.isPending || deeper.some(({ isPending }) => isPending)
  if (top.isError && !top.data)
    return <NotRead what={t('agent.settings.schemaFailed')} error={top.error} retry={() => void top.refetch()} />
  return (
    <Section title={t('agent.settings.found', { count: hits.length })}>
      {hits.length > 0 ? (
        <ul className="hairlines">
          {hits.slice(0, hitsMax).map((place) => (
            <PlaceRow key={dotted(place.path)} place={place} isWhole />
          ))}
        </ul>
      ) : isLooking ? null : (
        <p className="border-y border-line py-3 text-ink-2">{t('agent.settings.noneFound')}</p>
      )}
      {isLooking ? <Skeleton rows={3} height={40} /> : null}
    </Section>
  )
}
