import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import type { RuleDraft } from '../../../worker/features/rules/contract.ts'
import { type TestedRules, TestFacts } from '../../../worker/features/rules/replay/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Chip, Dot, type Tone } from '../../ui/badge.tsx'
import { Section } from '../../ui/page.tsx'
import { RiskGlyph } from '../../ui/risk.tsx'
import { Failed, Note, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { OutcomeText } from './outcome-text.tsx'
import { recentApprovalsQuery, testRules } from './queries.ts'

const example = `{
  "command": "git push --force origin main",
  "argv": ["git", "push", "--force", "origin", "main"],
  "cwd": "/srv/shop",
  "risk": "high"
}`

const factsOf = (text: string) => {
  try {
    return TestFacts.safeParse(JSON.parse(text))
  } catch {
    return null
  }
}

/** One request, held against each rule: of the latest ones, or one that is only imagined. */
export function TestView({ rules }: { rules: RuleDraft[] | undefined }) {
  const t = useT()
  const recent = useQuery(recentApprovalsQuery)
  const [chosen, setChosen] = useState<string | null>(null)
  const [isOwn, setOwn] = useState(false)
  const [text, setText] = useState(example)
  const items = recent.data?.items ?? []
  const approvalId = chosen ?? items[0]?.id
  const written = factsOf(useDeferredValue(text))
  const facts = written?.success ? written.data : undefined
  const asked = isOwn ? facts && { facts } : approvalId && { approvalId }
  const found = useQuery({
    queryKey: ['rules', 'test', asked, rules],
    queryFn: ({ signal }) => testRules({ ...asked, ...(rules ? { rules } : {}) }, signal),
    enabled: Boolean(asked),
    placeholderData: keepPreviousData,
  })
  return (
    <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,360px)_minmax(0,1fr)]">
      <Section
        title={t('rules.test.request')}
        className="min-w-0"
        aside={
          <button type="button" className="link text-xs max-md:h-11" onClick={() => setOwn(!isOwn)}>
            {t(isOwn ? 'rules.test.recent' : 'rules.test.own')}
          </button>
        }
      >
        {isOwn ? (
          <>
            <textarea
              aria-label={t('rules.test.facts')}
              className="field h-auto min-h-56 py-2 font-mono text-2xs leading-5"
              spellCheck={false}
              value={text}
              aria-invalid={facts ? undefined : true}
              onChange={(event) => setText(event.target.value)}
            />
            <p className="mt-1.5 text-2xs text-ink-2">{t('rules.test.factsHint')}</p>
            {facts ? null : (
              <p role="alert" className="mt-1 text-2xs text-critical">
                {written === null
                  ? t('rules.test.noJson')
                  : t('rules.test.unfit', { path: written.error?.issues[0]?.path.join('.') ?? '' })}
                {written?.error ? (
                  <span lang="en" className="ml-1 text-ink-2">
                    {written.error.issues[0]?.message}
                  </span>
                ) : null}
              </p>
            )}
          </>
        ) : recent.isPending ? (
          <Skeleton rows={6} height={52} />
        ) : recent.isError ? (
          <Failed what={t('rules.test.recentFailed')} error={recent.error} retry={() => void recent.refetch()} />
        ) : items.length === 0 ? (
          <p className="border-y border-line py-3 text-ink-2">{t('rules.test.noRecent')}</p>
        ) : (
          <ul className="max-h-[min(560px,60vh)] overflow-y-auto border-y border-line">
            {items.map((one) => (
              <li key={one.id}>
                <button
                  type="button"
                  aria-pressed={one.id === approvalId}
                  onClick={() => setChosen(one.id)}
                  className="flex w-full items-start gap-2.5 rounded-md px-2 py-2 text-left hover:bg-sunken aria-pressed:bg-accent-soft"
                >
                  <span className="pt-1">
                    <RiskGlyph risk={one.risk} />
                  </span>
                  <span className="min-w-0 flex-1">
                    <code className="block truncate font-mono text-2xs">{one.command || one.title || one.action}</code>
                    <span className="block truncate text-2xs text-ink-2">
                      {one.agentName ?? one.requestedBy.name}
                      {' · '}
                      <Ago at={one.requestedAt} />
                    </span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('rules.test.result')} className="min-w-0">
        {found.isError && !found.isFetching ? (
          <Failed what={t('rules.test.failed')} error={found.error} retry={() => void found.refetch()} />
        ) : found.data ? (
          <Result tested={found.data} isOld={found.isPlaceholderData} />
        ) : asked ? (
          <Skeleton rows={5} height={44} />
        ) : (
          <p className="border-y border-line py-3 text-ink-2">{t('rules.test.nothing')}</p>
        )}
      </Section>
    </div>
  )
}

const toneOf = (applies: boolean | null): Tone => (applies === null ? 'bad' : applies ? 'good' : 'off')

function Result({ tested, isOld }: { tested: TestedRules; isOld: boolean }) {
  const t = useT()
  const { verdict, rules } = tested
  return (
    <div className={isOld ? 'opacity-60' : ''} aria-busy={isOld}>
      <div className="rounded-lg border border-line bg-surface p-4">
        <p className="text-base">
          <OutcomeText outcome={verdict.outcome} />
        </p>
        <p className="mt-1 text-xs text-ink-2">
          {verdict.rule ? t('rules.test.decidedBy', { name: verdict.rule.name }) : t('rules.test.noRule')}
        </p>
        {verdict.error ? (
          <div className="mt-2">
            <Note tone="warn">
              {t('rules.test.error')} <span lang="en">{verdict.error}</span>
            </Note>
          </div>
        ) : null}
      </div>
      <ol className="mt-4 hairlines">
        {rules.map((rule, at) => (
          <li
            key={rule.id}
            className={`flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-2 text-xs ${rule.decides ? 'font-medium' : ''}`}
          >
            <span className="tnum w-6 text-right text-ink-2">{at + 1}</span>
            <span className="min-w-0 flex-1 break-words">
              {rule.name}
              <span className="ml-2 inline-flex gap-1.5 align-middle font-normal">
                {rule.mode === 'shadow' ? <Chip>{t('rules.mode.shadow')}</Chip> : null}
                {rule.enabled ? null : <Chip>{t('rules.off')}</Chip>}
                {rule.decides ? <Chip>{t('rules.test.decides')}</Chip> : null}
              </span>
            </span>
            <Dot tone={toneOf(rule.applies)}>
              {t(rule.applies === null ? 'rules.test.errored' : rule.applies ? 'rules.test.applies' : 'rules.test.not')}
            </Dot>
            {rule.error ? (
              <span lang="en" className="basis-full pl-9 text-2xs font-normal text-critical">
                {rule.error}
              </span>
            ) : null}
          </li>
        ))}
      </ol>
      <details className="mt-4 text-xs">
        <summary className="text-ink-2 max-md:min-h-11">{t('rules.test.seen')}</summary>
        <pre className="mt-2 max-h-80 overflow-auto rounded-md border border-line bg-sunken px-3 py-2 font-mono text-2xs leading-5 break-all whitespace-pre-wrap">
          {JSON.stringify(tested.facts, null, 2)}
        </pre>
      </details>
    </div>
  )
}
