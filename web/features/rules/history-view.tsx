import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { useState } from 'react'
import type { RuleSet, RuleSetVersion } from '../../../worker/features/rules/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Chip } from '../../ui/badge.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Empty, Failed, NextPage, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { differenceOf, itemsOf } from './difference.ts'
import { DifferenceView } from './difference-view.tsx'
import { ruleSetQuery, ruleVersionQuery, ruleVersionsQuery, saveRules } from './queries.ts'

/** Every version there has been: who, when, why, and what it changed. */
export function HistoryView({ current, mayWrite }: { current: RuleSet; mayWrite: boolean }) {
  const t = useT()
  const queryClient = useQueryClient()
  const list = useInfiniteQuery(ruleVersionsQuery)
  const versions = list.data?.pages.flatMap((page) => page.items) ?? []
  const [open, setOpen] = useState<number | null>(null)
  const [restoring, setRestoring] = useState<RuleSetVersion | null>(null)
  const restore = async (version: number) => {
    const { rules } = await queryClient.fetchQuery(ruleVersionQuery(version))
    const saved = await saveRules(current.version, rules, t('rules.history.restoreNote', { version }))
    queryClient.setQueryData(ruleSetQuery.queryKey, saved)
    await queryClient.invalidateQueries({ queryKey: ['rules'] })
    toast({ text: t('rules.saved', { version: saved.version }) })
  }
  if (list.isPending) return <Skeleton rows={5} height={56} />
  if (list.isError && !list.data)
    return <Failed what={t('rules.history.failed')} error={list.error} retry={() => void list.refetch()} />
  if (versions.length === 0)
    return (
      <Empty
        icon={<History size={20} strokeWidth={1.75} aria-hidden />}
        title={t('rules.history.empty.title')}
        body={t('rules.history.empty.body')}
      />
    )
  const shown = open ?? versions[0]?.version
  return (
    <>
      <ol className="hairlines">
        {versions.map((one) => (
          <li key={one.version} className="py-3">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
              <button
                type="button"
                aria-expanded={shown === one.version}
                onClick={() => setOpen(shown === one.version ? 0 : one.version)}
                className="tnum flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3 rounded-sm text-left max-md:min-h-11"
              >
                <span className="font-medium">{t('rules.history.version', { version: one.version })}</span>
                {one.version === current.version ? <Chip>{t('rules.history.inForce')}</Chip> : null}
                <span className="text-xs text-ink-2">
                  {one.changedBy?.name}
                  {one.changedAt ? (
                    <>
                      {' · '}
                      <Ago at={one.changedAt} />
                    </>
                  ) : null}
                  {' · '}
                  {t('rules.count', { count: one.count })}
                </span>
                {one.note ? <span className="basis-full text-xs break-words text-ink-2">{one.note}</span> : null}
              </button>
              {mayWrite && one.version !== current.version ? (
                <button
                  type="button"
                  className="btn"
                  aria-label={t('rules.history.restoreOf', { version: one.version })}
                  onClick={() => setRestoring(one)}
                >
                  {t('rules.history.restore')}
                </button>
              ) : null}
            </div>
            {shown === one.version ? <VersionDifference version={one.version} /> : null}
          </li>
        ))}
      </ol>
      <NextPage of={list} isOlder />
      {restoring ? (
        <Confirm
          open
          close={() => setRestoring(null)}
          title={t('rules.history.restoreTitle', { version: restoring.version })}
          body={t('rules.history.restoreBody', { next: current.version + 1 })}
          action={t('rules.history.restore')}
          onConfirm={() => restore(restoring.version)}
        />
      ) : null}
    </>
  )
}

function VersionDifference({ version }: { version: number }) {
  const t = useT()
  const now = useQuery(ruleVersionQuery(version))
  const before = useQuery({ ...ruleVersionQuery(version - 1), enabled: version > 1 })
  const failed = now.error ?? before.error
  if (failed) return <Failed what={t('rules.history.failed')} error={failed} />
  const old = version > 1 ? before.data?.rules : []
  if (!now.data || !old) return <Skeleton rows={2} height={40} />
  return (
    <div className="mt-3 md:pl-4">
      <DifferenceView difference={differenceOf(itemsOf(old), itemsOf(now.data.rules))} />
    </div>
  )
}
