import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Download, ListChecks, Plus, Upload } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { defaultAsk, type RuleDraft, RulesConflict } from '../../../worker/features/rules/contract.ts'
import { ApiError } from '../../api-error.ts'
import { useT } from '../../i18n/use-t.ts'
import { capabilitiesQuery } from '../../session/queries.ts'
import { Page } from '../../ui/page.tsx'
import { Failed, Note, Skeleton } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'
import { useProblemText } from '../../use-problem.ts'
import { ConflictView } from './conflict-view.tsx'
import type { Item } from './difference.ts'
import { type DraftRules, rulesToSend, useDraft } from './draft.ts'
import { DraftBar } from './draft-bar.tsx'
import { HistoryView } from './history-view.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { exportRules, ruleSetQuery, saveRules } from './queries.ts'
import { RuleEditor } from './rule-editor.tsx'
import { RuleList } from './rule-list.tsx'
import { Starters } from './starters.tsx'
import { useHits } from './use-hits.ts'

const TestView = lazy(() => import('./test-view.tsx').then((module) => ({ default: module.TestView })))
const ReplayView = lazy(() => import('./replay-view.tsx').then((module) => ({ default: module.ReplayView })))

const views = ['list', 'test', 'replay', 'history'] as const

/** The ordered list that says who is asked about what, and everything that is done with it. */
export function RulesPage() {
  const t = useT()
  const found = useQuery(ruleSetQuery)
  const draft = useDraft()
  if (draft) return <Rules draft={draft} />
  return (
    <Page title={t('rules.title')} lead={t('rules.lead')}>
      {found.isError ? (
        <Failed what={t('rules.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={7} height={72} />
      )}
    </Page>
  )
}

const emptyRule = (given: { condition?: string | undefined; name?: string | undefined }): RuleDraft => ({
  name: given.name ?? '',
  description: '',
  enabled: true,
  mode: 'enforce',
  condition: given.condition ?? '',
  outcome: given.condition ? { kind: 'allow' } : { kind: 'ask', ask: defaultAsk },
})

function Rules({ draft }: { draft: DraftRules }) {
  const t = useT()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const problemText = useProblemText()
  const { view: asked, rule: opened, condition, name } = useSearch({ from: '/room/approvals/rules' })
  const view = views.find((one) => one === asked) ?? 'list'
  const mine = useQuery(capabilitiesQuery).data
  const mayWrite = mine?.capabilities.includes('rules.write') ?? false
  const hits = useHits(draft.current)
  const [comparing, setComparing] = useState(false)
  const [importing, setImporting] = useState(false)

  const go = (search: { view?: string; rule?: string }) =>
    void navigate({ to: '/approvals/rules', search, replace: search.rule === undefined })
  const save = useMutation({
    mutationFn: ({ version, items }: { version: number; items: Item[] }) =>
      saveRules(version, rulesToSend(items), draft.note.trim()),
    onSuccess: async (saved) => {
      draft.discard()
      setComparing(false)
      queryClient.setQueryData(ruleSetQuery.queryKey, saved)
      toast({ text: t('rules.saved', { version: saved.version }) })
      await queryClient.invalidateQueries({ queryKey: ['rules'] })
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.code !== 'precondition_failed') return
      const conflict = RulesConflict.safeParse(error.context)
      if (conflict.success) queryClient.setQueryData(ruleSetQuery.queryKey, conflict.data.current)
      else void queryClient.invalidateQueries({ queryKey: ruleSetQuery.queryKey })
      setComparing(true)
    },
  })
  const isConflict = save.error instanceof ApiError && save.error.code === 'precondition_failed'
  const download = useMutation({
    mutationFn: exportRules,
    onSuccess: (file) => {
      const url = URL.createObjectURL(new Blob([file], { type: 'application/json' }))
      const link = Object.assign(document.createElement('a'), { href: url, download: 'clawbutler-rules.json' })
      link.click()
      URL.revokeObjectURL(url)
    },
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
  const isDirty = draft.changes > 0
  const draftRules = isDirty ? rulesToSend(draft.items) : undefined
  const edited =
    opened === 'new' || condition !== undefined
      ? { key: 'new', rule: emptyRule({ condition, name }) }
      : draft.items.find(({ key }) => key === opened)
  return (
    <div className="flex min-h-full flex-col">
      <div className="flex-1">
        <Page
          title={t('rules.title')}
          lead={
            draft.current.version === 0
              ? t('rules.lead')
              : t('rules.leadVersion', { version: draft.current.version, name: draft.current.changedBy?.name ?? '' })
          }
          actions={
            <>
              <button
                type="button"
                className="btn btn-quiet btn-icon"
                aria-label={t('rules.export')}
                title={t('rules.export')}
                disabled={download.isPending}
                onClick={() => download.mutate()}
              >
                <Download size={15} aria-hidden />
              </button>
              {mayWrite ? (
                <>
                  <button
                    type="button"
                    className="btn btn-quiet btn-icon"
                    aria-label={t('rules.import.title')}
                    title={t('rules.import.title')}
                    onClick={() => setImporting(true)}
                  >
                    <Upload size={15} aria-hidden />
                  </button>
                  <button type="button" className="btn btn-primary" onClick={() => go({ rule: 'new' })}>
                    <Plus size={15} aria-hidden />
                    {t('rules.add')}
                  </button>
                </>
              ) : null}
            </>
          }
        >
          <nav aria-label={t('rules.title')} className="mb-4 flex gap-1 max-md:overflow-x-auto">
            {views.map((one) => (
              <Link
                key={one}
                to="/approvals/rules"
                search={one === 'list' ? {} : { view: one }}
                activeOptions={{ exact: true }}
                aria-current={one === view ? 'page' : undefined}
                className="flex h-8 items-center rounded-md px-2.5 text-xs whitespace-nowrap text-ink-2 hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink max-md:h-11"
              >
                {t(`rules.view.${one}`)}
              </Link>
            ))}
          </nav>
          {mine && !mayWrite ? (
            <div className="mb-4">
              <Note>{t('rules.mayNot')}</Note>
            </div>
          ) : null}
          {isDirty && draft.isBehind ? (
            <div
              role="status"
              className="mb-4 flex flex-wrap items-center gap-3 rounded-md bg-medium-soft px-3 py-2 text-xs"
            >
              <p className="min-w-0 flex-1 text-medium">
                {t('rules.behind', { name: draft.current.changedBy?.name ?? '', version: draft.current.version })}
              </p>
              <button type="button" className="btn" onClick={() => setComparing(true)}>
                {t('rules.compare')}
              </button>
            </div>
          ) : null}
          {save.data && save.data.warnings.length > 0 && !isDirty ? (
            <div role="status" className="mb-4 rounded-md bg-medium-soft px-3 py-2 text-xs">
              <p className="font-medium text-medium">{t('rules.savedWarnings')}</p>
              <ul className="mt-1 space-y-0.5">
                {save.data.warnings.map(({ path, message }) => (
                  <li key={`${path} ${message}`}>
                    <span className="font-medium">{save.data.rules[Number(path.split('.')[1])]?.name ?? path}</span>{' '}
                    <span lang="en">{message}</span>
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
          <Suspense fallback={<Skeleton rows={5} height={48} />}>
            {view === 'list' ? (
              <List draft={draft} mayWrite={mayWrite} hits={hits} open={(key) => go({ rule: key })} />
            ) : view === 'test' ? (
              <TestView rules={draftRules} />
            ) : view === 'replay' ? (
              <ReplayView rules={draftRules} />
            ) : (
              <HistoryView current={draft.current} mayWrite={mayWrite} />
            )}
          </Suspense>
          {edited ? (
            <RuleEditor
              key={edited.key}
              rule={edited.rule}
              isNew={edited.key === 'new'}
              mayWrite={mayWrite}
              close={() => go({})}
              remove={() => {
                draft.remove(edited.key)
                go({})
              }}
              keep={(rule) => {
                if (edited.key === 'new') draft.add([rule])
                else draft.change(edited.key, rule)
                go({})
              }}
            />
          ) : null}
          {comparing && draft.isBehind ? (
            <ConflictView
              base={draft.base}
              current={draft.current}
              yours={draft.items}
              close={() => setComparing(false)}
              takeTheirs={() => {
                draft.discard()
                setComparing(false)
              }}
              saveMerged={(items) => save.mutateAsync({ version: draft.current.version, items })}
              editMerged={(items) => {
                draft.restart(draft.current, items)
                setComparing(false)
              }}
            />
          ) : null}
          {importing ? <ImportDialog version={draft.current.version} close={() => setImporting(false)} /> : null}
        </Page>
      </div>
      {isDirty && mayWrite ? (
        <DraftBar
          draft={draft}
          view={(next) => go({ view: next })}
          save={() =>
            draft.isBehind ? setComparing(true) : save.mutate({ version: draft.base.version, items: draft.items })
          }
          isSaving={save.isPending}
          error={isConflict ? null : save.error}
        />
      ) : null}
    </div>
  )
}

function List(props: {
  draft: DraftRules
  mayWrite: boolean
  hits: ReadonlyMap<string, number> | null
  open: (key: string) => void
}) {
  const t = useT()
  const { draft, mayWrite } = props
  if (draft.items.length === 0)
    return (
      <div>
        <div className="mb-6 flex items-start gap-3 border-y border-line py-4">
          <ListChecks size={18} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0 text-ink-2" />
          <div>
            <h2 className="font-medium">{t('rules.empty.title')}</h2>
            <p className="mt-0.5 max-w-prose text-xs text-ink-2">{t('rules.empty.body')}</p>
          </div>
        </div>
        <Starters
          mayWrite={mayWrite}
          take={(rules, name) => {
            draft.add(rules)
            toast({ text: t('rules.starters.taken', { name }) })
          }}
        />
      </div>
    )
  return (
    <>
      <div
        aria-hidden
        className="hidden pb-1.5 text-2xs text-ink-2 md:grid md:grid-cols-[auto_minmax(0,1.5fr)_minmax(0,1fr)_64px_auto] md:gap-x-4"
      >
        <span className={mayWrite ? 'w-[54px]' : 'w-6'} />
        <span>{t('rules.column.when')}</span>
        <span>{t('rules.column.then')}</span>
        <span className="text-right">{t('rules.column.hits')}</span>
        <span className={mayWrite ? 'w-[96px]' : 'w-9'} />
      </div>
      <RuleList draft={draft} mayWrite={mayWrite} hits={props.hits} open={props.open} />
      <p className="mt-3 text-2xs text-ink-2">{t('rules.otherwise')}</p>
    </>
  )
}
