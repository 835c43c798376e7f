import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus, Settings2 } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Filter } from '../../ui/field.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { AgentSelect } from '../agents/agent-select.tsx'
import { connectorsQuery } from '../connectors/queries.ts'
import { OpenChanges } from './changes/open-changes.tsx'
import { JobEditor } from './editor/job-editor.tsx'
import { JobList } from './job-list.tsx'
import { RunList } from './run-list.tsx'
import { SummaryStrip } from './summary-strip.tsx'
import { ThresholdDialog } from './threshold-dialog.tsx'

const shows = {
  failing: { failing: 'true' },
  missed: { missed: 'true' },
  enabled: { enabled: 'true' },
  disabled: { enabled: 'false' },
  own: { managed: 'false' },
  managed: { managed: 'true' },
  gone: { state: 'gone' },
} as const
const isShow = (value: string | undefined): value is keyof typeof shows => value !== undefined && value in shows

/** The scheduled jobs of all gateways: how they do, what waits for a gateway, and what ran. */
export function CronPage() {
  const t = useT()
  const search = useSearch({ from: '/room/cron' })
  const navigate = useNavigate()
  const may = useCan('agents.write')
  const connectors = useQuery(connectorsQuery).data?.items ?? []
  const [open, setOpen] = useState<'create' | 'threshold' | null>(null)
  const choose = (change: { show?: string; agent?: string; connector?: string; query?: string }) =>
    void navigate({ to: '/cron', search: (before) => ({ ...before, ...change }), replace: true })
  const filter = {
    ...(isShow(search.show) ? shows[search.show] : {}),
    agentId: search.agent,
    connectorId: search.connector,
    query: search.query,
  }
  const create = may ? (
    <button type="button" className="btn btn-primary" onClick={() => setOpen('create')}>
      <Plus size={15} aria-hidden />
      {t('cron.create')}
    </button>
  ) : null
  return (
    <Page
      title={t('cron.title')}
      lead={t('cron.lead')}
      actions={
        <>
          {may ? (
            <button type="button" className="btn" onClick={() => setOpen('threshold')}>
              <Settings2 size={15} aria-hidden />
              {t('cron.threshold.open')}
            </button>
          ) : null}
          {create}
        </>
      }
    >
      <div className="space-y-8">
        <SummaryStrip />
        <OpenChanges />
        <section aria-label={t('cron.title')}>
          <div className="mb-4 flex flex-wrap gap-2">
            <input
              type="search"
              className="h-8 min-w-44 rounded-md border border-field bg-surface px-2.5 text-xs max-md:h-11 max-md:w-full max-md:text-sm"
              aria-label={t('cron.filter.query')}
              placeholder={t('cron.filter.query')}
              maxLength={100}
              value={search.query ?? ''}
              onChange={({ target }) => choose({ query: target.value })}
            />
            <Filter
              label={t('cron.filter.show')}
              value={search.show ?? ''}
              onChange={({ target }) => choose({ show: target.value })}
            >
              <option value="">{t('cron.filter.all')}</option>
              {Object.keys(shows)
                .filter(isShow)
                .map((show) => (
                  <option key={show} value={show}>
                    {t(`cron.filter.${show}`)}
                  </option>
                ))}
            </Filter>
            <AgentSelect
              label={t('cron.agent')}
              none={t('cron.filter.anyAgent')}
              value={search.agent ?? ''}
              choose={(agent) => choose({ agent })}
            />
            <Filter
              label={t('cron.connector')}
              value={search.connector ?? ''}
              onChange={({ target }) => choose({ connector: target.value })}
            >
              <option value="">{t('cron.filter.anyConnector')}</option>
              {connectors.map((connector) => (
                <option key={connector.id} value={connector.id}>
                  {connector.name}
                </option>
              ))}
            </Filter>
          </div>
          <JobList filter={filter} isNarrowed={Object.values(search).some(Boolean)} create={create} />
        </section>
        <Section title={t('cron.runs.recent')}>
          <RunList path="/cron/runs" />
        </Section>
      </div>
      <Dialog
        open={open === 'create'}
        onOpenChange={(shown) => !shown && setOpen(null)}
        title={t('cron.createTitle')}
        wide
      >
        <JobEditor close={() => setOpen(null)} {...(search.agent ? { agentId: search.agent } : {})} />
      </Dialog>
      <Dialog
        open={open === 'threshold'}
        onOpenChange={(shown) => !shown && setOpen(null)}
        title={t('cron.threshold.title')}
      >
        <ThresholdDialog close={() => setOpen(null)} />
      </Dialog>
    </Page>
  )
}
