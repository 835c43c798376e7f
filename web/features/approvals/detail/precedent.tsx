import { Link } from '@tanstack/react-router'
import type { ApprovalContext } from '../../../../worker/features/approvals/context/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Ago } from '../../../ui/time.tsx'

/** How people decided the like of it in the last 30 days, as one bar and in words. */
export function Precedent({ context, isLoading }: { context: ApprovalContext | undefined; isLoading: boolean }) {
  const t = useT()
  if (isLoading) return <div aria-hidden className="mt-4 h-5 w-72 animate-pulse rounded-sm bg-sunken" />
  if (!context) return null
  const { allowed, refused, undecided, last } = context.precedent
  const total = allowed + refused + undecided
  if (total === 0) return <p className="mt-4 text-xs text-ink-2">{t('approvals.noPrecedent')}</p>
  const share = (count: number) => `${(100 * count) / total}%`
  return (
    <div className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-2">
      <span aria-hidden className="flex h-1.5 w-28 gap-px overflow-hidden rounded-full">
        <span className="bg-low" style={{ width: share(allowed) }} />
        <span className="bg-critical" style={{ width: share(refused) }} />
        <span className="bg-line-2" style={{ width: share(undecided) }} />
      </span>
      <span className="tnum">{t('approvals.precedent', { allowed, refused, undecided })}</span>
      {last ? (
        <span>
          {t.rich('approvals.lastPrecedent', {
            name: last.byName,
            outcome: t(`outcome.${last.outcome}`),
            ago: () => <Ago at={last.at} />,
            link: (chunks) => (
              <Link to="/approvals/history" search={{ id: last.approvalId }} className="link">
                {chunks}
              </Link>
            ),
          })}
        </span>
      ) : null}
    </div>
  )
}
