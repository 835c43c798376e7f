import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { defaultAsk, type RuleDraft, type SavedRules } from '../../../worker/features/rules/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { capabilitiesQuery } from '../../session/queries.ts'
import { Page } from '../../ui/page.tsx'
import { Failed, Note, Skeleton } from '../../ui/state.tsx'
import { ConflictView } from './conflict-view.tsx'
import { type DraftRules, rulesToSend, useDraft } from './draft.ts'
import { DraftBar } from './draft-bar.tsx'
import { HistoryView } from './history-view.tsx'
import { ListView } from './list-view.tsx'
import { ruleSetQuery } from './queries.ts'
import { RuleEditor } from './rule-editor.tsx'
import { RulesActions } from './rules-actions.tsx'
import { useHits } from './use-hits.ts'
import { useSave } from './use-save.ts'

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
  const navigate = useNavigate()
  const { view: asked, rule: opened, condition, name } = useSearch({ from: '/room/approvals/rules' })
  const view = views.find((one) => one === asked) ?? 'list'
  const mine = useQuery(capabilitiesQuery).data
  const mayWrite = mine?.capabilities.includes('rules.write') ?? false
  const hits = useHits(draft.current)
  const [comparing, setComparing] = useState(false)

  const go = (search: { view?: string; rule?: string }) =>
    void navigate({ to: '/approvals/rules', search, replace: search.rule === undefined })
  const { save, isConflict } = useSave(draft, setComparing)
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
          actions={<RulesActions version={draft.current.version} mayWrite={mayWrite} add={() => go({ rule: 'new' })} />}
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
          {isDirty && draft.isBehind && !save.isPending ? (
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
          {save.data && !isDirty ? <SavedWarnings saved={save.data} /> : null}
          <Suspense fallback={<Skeleton rows={5} height={48} />}>
            {view === 'list' ? (
              <ListView draft={draft} mayWrite={mayWrite} hits={hits} open={(key) => go({ rule: key })} />
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

/** What the server took, and would like somebody to look at. */
function SavedWarnings({ saved }: { saved: SavedRules }) {
  const t = useT()
  if (saved.warnings.length === 0) return null
  return (
    <div role="status" className="mb-4 rounded-md bg-medium-soft px-3 py-2 text-xs">
      <p className="font-medium text-medium">{t('rules.savedWarnings')}</p>
      <ul className="mt-1 space-y-0.5">
        {saved.warnings.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            <span className="font-medium">{saved.rules[Number(path.split('.')[1])]?.name ?? path}</span>{' '}
            <span lang="en">{message}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
