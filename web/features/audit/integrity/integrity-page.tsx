import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useLocale } from 'use-intl'
import { parseCheckpoint } from '../../../../tlog/checkpoint.ts'
import { parseNote } from '../../../../tlog/note.ts'
import type { LogState } from '../../../../worker/features/audit/log/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Copy } from '../../../ui/copy.tsx'
import { Fact, Facts, Mono, Page, Section } from '../../../ui/page.tsx'
import { Failed, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { AuditGate } from '../audit-gate.tsx'
import { ExportButton } from '../export-button.tsx'
import { Keeping } from '../keeping/keeping.tsx'
import { fetchLogState, logStateKey } from './fetch-log.ts'
import { Keys } from './keys.tsx'
import { VerifyLog } from './verify-panel.tsx'
import { WitnessesSection } from './witnesses/witnesses.tsx'

const stateEveryMs = 10_000

/** How far the log is signed and by which keys, and the check of all of it without trusting the server. */
export function IntegrityPage() {
  const t = useT()
  return (
    <AuditGate title={t('integrity.title')}>
      <Integrity />
    </AuditGate>
  )
}

function Integrity() {
  const t = useT()
  const found = useQuery({ queryKey: logStateKey, queryFn: fetchLogState, refetchInterval: stateEveryMs })
  const state = found.data
  return (
    <Page
      title={t('integrity.title')}
      actions={<ExportButton icon={<Download size={15} aria-hidden />} />}
      lead={
        <span className="flex flex-wrap items-center gap-x-4">
          <Link to="/audit" className="aside-link">
            {t('audit.event.back')}
          </Link>
          <span className="min-w-0 basis-60 flex-1 max-md:basis-full">{t('integrity.lead')}</span>
        </span>
      }
    >
      {state ? (
        <>
          <State state={state} />
          <div className="mt-8 grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,420px)]">
            <VerifyLog state={state} />
            <div className="min-w-0 space-y-8">
              <Keys state={state} />
              <Elsewhere />
            </div>
          </div>
          <WitnessesSection />
          <Keeping />
        </>
      ) : found.isError ? (
        <Failed what={t('integrity.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={8} height={40} />
      )}
    </Page>
  )
}

function State({ state }: { state: LogState }) {
  const t = useT()
  const locale = useLocale()
  const note = parseNote(state.checkpoint ?? '')
  const checkpoint = note && parseCheckpoint(note.text)
  const waiting = state.head - state.size
  return (
    <Facts>
      <Fact name={t('integrity.fact.size')}>
        <span className="tnum text-lg font-semibold">{number(locale, state.size)}</span>
      </Fact>
      <Fact name={t('integrity.fact.head')}>
        <span className="tnum">#{number(locale, state.head)}</span>{' '}
        <span className={`text-xs ${waiting > 0 ? 'text-medium' : 'text-low'}`}>
          {waiting > 0 ? t('integrity.waiting', { count: waiting }) : t('integrity.allSigned')}
        </span>
      </Fact>
      <Fact name={t('integrity.fact.checkpoint')}>
        {state.signedAt ? <Ago at={state.signedAt} /> : t('integrity.noCheckpoint')}
      </Fact>
      <Fact name={t('integrity.fact.origin')}>{checkpoint ? <Mono>{checkpoint.origin}</Mono> : '—'}</Fact>
      {state.checkpoint ? (
        <Fact name={t('integrity.fact.note')} full>
          <details>
            <summary className="w-fit text-xs text-accent max-md:min-h-11">{t('integrity.showNote')}</summary>
            <pre className="mt-2 rounded-md border border-line bg-surface px-3 py-2 font-mono text-2xs break-all whitespace-pre-wrap">
              {state.checkpoint}
            </pre>
            <Copy text={state.checkpoint} what={t('integrity.fact.note')} label={t('copy.copy')} />
          </details>
        </Fact>
      ) : null}
    </Facts>
  )
}

/** Other ways to the same result, which do not need this page to be honest. */
function Elsewhere() {
  const t = useT()
  const command = 'clawbutler audit verify'
  return (
    <Section title={t('integrity.elsewhere.title')}>
      <p className="text-xs text-ink-2">{t('integrity.elsewhere.commandLine')}</p>
      <p className="mt-1.5 flex items-center gap-1 rounded-md border border-line bg-surface py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 font-mono text-2xs">{command}</code>
        <Copy text={command} what={t('integrity.elsewhere.command')} />
      </p>
      <p className="mt-3 text-xs text-ink-2">
        {t.rich('integrity.elsewhere.page', {
          link: (chunks) => (
            <a href="/verify.html" target="_blank" rel="noreferrer" className="link">
              {chunks}
            </a>
          ),
        })}
      </p>
    </Section>
  )
}
