import { Link } from '@tanstack/react-router'
import { Ellipsis, FileJson, GitCompareArrows, Undo2 } from 'lucide-react'
import type { Snapshot } from '../../../../worker/features/snapshots/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Chip } from '../../../ui/badge.tsx'
import { Menu, MenuItem } from '../../../ui/menu.tsx'
import { RiskGlyph } from '../../../ui/risk.tsx'
import { Ago } from '../../../ui/time.tsx'
import { DiffSummary } from '../diff/summary.tsx'
import type { HistorySearch } from './place.ts'
import { why } from './why.ts'

/** One version: who and why, what it changed and how risky that was, and where that was decided. */
export function VersionRow(props: {
  one: Snapshot
  isShown: boolean
  isNewest: boolean
  isTrusted: boolean
  mayGoBack: boolean
  go: (search: HistorySearch) => void
}) {
  const t = useT()
  const { one, go } = props
  const mayTrace = useCan('audit.read')
  const isFirst = one.version === 1
  const open = () => go(isFirst ? { version: '1' } : { from: String(one.version - 1), to: String(one.version) })
  return (
    <li className={`px-2 ${props.isShown ? 'bg-accent-soft/60' : 'hover:bg-sunken/70'}`}>
      <div className="grid grid-cols-[14px_minmax(0,1fr)_auto] gap-x-3 py-2.5">
        <span className="pt-1">{one.risk ? <RiskGlyph risk={one.risk} /> : <Bullet />}</span>
        <div className="min-w-0">
          <button
            type="button"
            aria-current={props.isShown ? 'true' : undefined}
            onClick={open}
            className="flex w-full flex-wrap items-baseline gap-x-2 gap-y-0.5 rounded-sm text-left"
          >
            <span className="tnum font-medium">{t('snapshots.version', { version: one.version })}</span>
            {props.isNewest ? <Chip>{t('snapshots.newest')}</Chip> : null}
            {props.isTrusted ? <Chip>{t('snapshots.trusted')}</Chip> : null}
            <span className="basis-full text-xs text-ink-2">
              {why(t, one)}
              {one.changes ? (
                <>
                  <span aria-hidden> · </span>
                  <DiffSummary counts={one.changes} />
                </>
              ) : null}
            </span>
          </button>
          <p className="mt-0.5 flex flex-wrap items-center gap-x-3 text-2xs text-ink-2">
            <span>
              {one.cause === 'first_seen' ? null : (
                <>
                  {one.author?.name ?? t('snapshots.nobody')}
                  <span aria-hidden> · </span>
                </>
              )}
              <Ago at={one.at} />
            </span>
            {one.approvalId ? (
              <Link
                to="/approvals/history"
                search={{ id: one.approvalId }}
                className="link inline-flex min-h-6 items-center max-md:min-h-11"
              >
                {t('snapshots.approval')}
              </Link>
            ) : null}
            {mayTrace && one.traceId ? (
              <Link
                to="/audit/traces/$traceId"
                params={{ traceId: one.traceId }}
                className="link inline-flex min-h-6 items-center max-md:min-h-11"
              >
                {t('snapshots.trace')}
              </Link>
            ) : null}
          </p>
        </div>
        <Menu
          align="end"
          label={t('snapshots.actsOf', { version: one.version })}
          className="btn btn-quiet btn-icon"
          trigger={<Ellipsis size={16} aria-hidden />}
        >
          <MenuItem
            icon={<GitCompareArrows size={15} aria-hidden />}
            onClick={() => go({ from: String(one.version), to: 'live' })}
          >
            {t('snapshots.withLive')}
          </MenuItem>
          <MenuItem icon={<FileJson size={15} aria-hidden />} onClick={() => go({ version: String(one.version) })}>
            {t('snapshots.content')}
          </MenuItem>
          {props.mayGoBack ? (
            <MenuItem icon={<Undo2 size={15} aria-hidden />} onClick={() => go({ rollback: String(one.version) })}>
              {t('snapshots.goBack')}
            </MenuItem>
          ) : null}
        </Menu>
      </div>
    </li>
  )
}

/** Where there is no risk to tell: nothing differs, or nothing was before. */
const Bullet = () => (
  <span aria-hidden className="mx-auto mt-0.5 block size-2 rounded-full border-[1.5px] border-ink-3" />
)
