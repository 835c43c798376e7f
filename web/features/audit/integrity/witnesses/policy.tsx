import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId } from 'react'
import { useLocale } from 'use-intl'
import { Witnesses } from '../../../../../worker/features/audit/witnesses/contract.ts'
import { request } from '../../../../api.ts'
import { number } from '../../../../format.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { Trouble } from '../../../../ui/state.tsx'
import { witnessesQuery } from './queries.ts'

/** How many have to agree, and how far they have. */
export function Policy({ list, mayWrite }: { list: Witnesses; mayWrite: boolean }) {
  const t = useT()
  const locale = useLocale()
  const queryClient = useQueryClient()
  const id = useId()
  const change = useMutation({
    mutationFn: (quorum: number) => request(Witnesses, '/audit/witnesses/policy', { method: 'PUT', body: { quorum } }),
    onSuccess: (changed) => queryClient.setQueryData(witnessesQuery.queryKey, changed),
  })
  const enabled = list.items.filter((witness) => witness.enabled).length
  const choices = Array.from({ length: Math.max(enabled, list.quorum) + 1 }, (_, count) => count)
  return (
    <div className="mt-3 space-y-2 text-xs">
      <p className="flex flex-wrap items-center gap-2">
        <label htmlFor={id}>{t('witness.quorum')}</label>
        <select
          id={id}
          className="field w-auto py-1"
          value={change.isPending ? change.variables : list.quorum}
          disabled={!mayWrite || change.isPending}
          onChange={(event) => change.mutate(Number(event.target.value))}
        >
          {choices.map((count) => (
            <option key={count} value={count} disabled={count > enabled}>
              {count === 0 ? t('witness.noQuorum') : t('witness.ofAll', { count, all: enabled })}
            </option>
          ))}
        </select>
      </p>
      <p className="text-ink-2">
        {list.witnessedSize === null
          ? t('witness.notYet')
          : t('witness.witnessedTo', {
              size: number(locale, list.witnessedSize),
              lag: Math.max(0, list.size - list.witnessedSize),
            })}
      </p>
      <Trouble error={change.error} />
    </div>
  )
}
