import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Archive } from 'lucide-react'
import { useLocale } from 'use-intl'
import { type Artifact, artifactIntents, artifactStates } from '../../../../worker/features/artifacts/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Chip } from '../../../ui/badge.tsx'
import { Filter } from '../../../ui/field.tsx'
import { Section } from '../../../ui/page.tsx'
import { Empty, Failed, NextPage, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { bytes } from '../bytes.ts'
import { type ArtifactFilter, artifactsQuery, standingsQuery } from '../queries.ts'
import { ArtifactState } from '../states.tsx'

const shownStates = artifactStates.filter((state) => state !== 'deleting')
const columns =
  'md:grid md:grid-cols-[minmax(150px,1.4fr)_minmax(120px,1fr)_90px_80px_120px_130px_100px] md:items-center md:gap-x-4'

/** All packages that are stored, being made, or that failed. */
export function Packages({ filter }: { filter: ArtifactFilter }) {
  const t = useT()
  const list = useInfiniteQuery(artifactsQuery(filter))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const isFiltered = Object.values(filter).some(Boolean)
  return (
    <Section
      title={t('backups.packages')}
      aside={
        <Link to="/artifacts/open" className="aside-link">
          {t('backups.openFile')}
        </Link>
      }
    >
      <Filters filter={filter} />
      {list.isPending ? (
        <Skeleton rows={4} height={44} />
      ) : list.isError && !list.data ? (
        <Failed what={t('backups.packagesFailed')} error={list.error} retry={() => void list.refetch()} />
      ) : items.length === 0 && isFiltered ? (
        <p className="border-y border-line py-3 text-ink-2">{t('backups.noneFits')}</p>
      ) : items.length === 0 ? (
        <Empty
          icon={<Archive size={20} strokeWidth={1.75} aria-hidden />}
          title={t('backups.empty.title')}
          body={t('backups.empty.body')}
        />
      ) : (
        <>
          <div aria-hidden className={`hidden border-b border-line pb-1.5 text-2xs text-ink-2 ${columns}`}>
            <span>{t('backups.column.gateway')}</span>
            <span>{t('backups.column.kind')}</span>
            <span className="text-right">{t('backups.column.size')}</span>
            <span className="text-right">{t('backups.column.agents')}</span>
            <span>{t('backups.column.state')}</span>
            <span>{t('backups.column.proven')}</span>
            <span className="text-right">{t('backups.column.made')}</span>
          </div>
          <ul aria-label={t('backups.packages')} className="divide-y divide-line border-b border-line max-md:border-t">
            {items.map((artifact) => (
              <Row key={artifact.id} artifact={artifact} />
            ))}
          </ul>
        </>
      )}
      <NextPage of={list} />
    </Section>
  )
}

function Row({ artifact }: { artifact: Artifact }) {
  const t = useT()
  const locale = useLocale()
  const { intent, size, agents, state, provenAt, missing } = artifact
  return (
    <li>
      <Link
        to="/backups/$id"
        params={{ id: artifact.id }}
        className={`-mx-2 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md px-2 py-2.5 hover:bg-sunken md:min-h-11 md:py-1.5 ${columns}`}
      >
        <span className="truncate font-medium max-md:basis-full">{artifact.connectorName}</span>
        <span className="flex min-w-0 items-center gap-1.5">
          {intent ? <Chip>{t(`artifacts.intent.${intent}`)}</Chip> : null}
          <span className="truncate text-2xs text-ink-2">{t(`backups.cause.${artifact.cause}`)}</span>
        </span>
        <span className="tnum text-right text-xs">{size === null ? null : bytes(locale, size)}</span>
        <span className="tnum text-right text-xs max-md:text-ink-2">
          {agents === null ? null : (
            <>
              <span className="max-md:hidden">{agents}</span>
              <span className="md:hidden">{t('connectors.agentCount', { count: agents })}</span>
            </>
          )}
        </span>
        <span className="flex flex-col gap-0.5">
          <ArtifactState state={state} />
          {missing ? (
            <span className="text-2xs text-medium">{t('backups.missingCount', { count: missing })}</span>
          ) : null}
        </span>
        <span className="text-2xs text-ink-2">
          {provenAt ? <Ago at={provenAt} /> : state === 'stored' ? t('backups.notProven') : ''}
        </span>
        <span className="text-right text-2xs text-ink-2 max-md:ml-auto">
          <Ago at={artifact.createdAt} />
        </span>
      </Link>
    </li>
  )
}

/** Only what is chosen stands in the address. */
const chosenOf = ({ connector, state, intent }: ArtifactFilter) => ({
  ...(connector ? { connector } : {}),
  ...(state ? { state } : {}),
  ...(intent ? { intent } : {}),
})

function Filters({ filter }: { filter: ArtifactFilter }) {
  const t = useT()
  const navigate = useNavigate()
  const standings = useQuery(standingsQuery()).data?.items ?? []
  const choose = (change: ArtifactFilter) =>
    void navigate({ to: '/backups', search: chosenOf({ ...filter, ...change }), replace: true })
  return (
    <div className="mb-3 flex flex-wrap gap-2">
      <Filter
        label={t('backups.column.gateway')}
        value={filter.connector ?? ''}
        onChange={({ target }) => choose({ connector: target.value || undefined })}
      >
        <option value="">{t('backups.anyGateway')}</option>
        {standings.map(({ connectorId, connectorName }) => (
          <option key={connectorId} value={connectorId}>
            {connectorName}
          </option>
        ))}
      </Filter>
      <Filter
        label={t('backups.column.kind')}
        value={filter.intent ?? ''}
        onChange={({ target }) => choose({ intent: target.value || undefined })}
      >
        <option value="">{t('backups.anyIntent')}</option>
        {artifactIntents.map((intent) => (
          <option key={intent} value={intent}>
            {t(`artifacts.intent.${intent}`)}
          </option>
        ))}
      </Filter>
      <Filter
        label={t('backups.column.state')}
        value={filter.state ?? ''}
        onChange={({ target }) => choose({ state: target.value || undefined })}
      >
        <option value="">{t('backups.anyState')}</option>
        {shownStates.map((state) => (
          <option key={state} value={state}>
            {t(`backups.state.${state}`)}
          </option>
        ))}
      </Filter>
    </div>
  )
}
