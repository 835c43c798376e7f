import { Link } from '@tanstack/react-router'
import { Rewind } from 'lucide-react'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import { type OutcomeKind, outcomeKinds } from '../../../worker/features/rules/contract.ts'
import { type Happening, happenings, type ReplayResult } from '../../../worker/features/rules/replay/contract.ts'
import { duration, number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Section } from '../../ui/page.tsx'
import { RiskGlyph } from '../../ui/risk.tsx'
import { Empty } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { type CellMeaning, meaningOf, notable } from './replay-meaning.ts'

const cells: Record<CellMeaning, string> = {
  same: 'text-ink-2',
  danger: 'bg-critical-soft text-critical font-semibold',
  caution: 'bg-high-soft text-high font-medium',
  stop: 'bg-medium-soft text-medium font-medium',
  spared: 'bg-low-soft text-low font-medium',
  more: 'bg-accent-soft text-ink font-medium',
}
const headings = 'pb-1.5 text-2xs font-normal text-ink-2'
const listed = 50

/** What happened against what would happen; the cells that somebody must look at have names. */
export function ReplayResultView({ result }: { result: ReplayResult }) {
  const t = useT()
  const locale = useLocale()
  const [cell, setCell] = useState<{ from: Happening; to: OutcomeKind } | null>(null)
  if (result.scanned === 0)
    return (
      <Empty
        icon={<Rewind size={20} strokeWidth={1.75} aria-hidden />}
        title={t('rules.replay.empty.title')}
        body={t('rules.replay.empty.body')}
      />
    )
  const find = (happened: Happening, would: OutcomeKind) =>
    result.matrix.find((one) => one.happened === happened && one.would === would)
  const warnings = notable.flatMap(({ key, happened, would }) => {
    const found = find(happened, would)
    return found ? [{ key, count: found.count, meaning: meaningOf(happened, would) }] : []
  })
  return (
    <div className="space-y-8">
      <p className="tnum text-xs text-ink-2">
        {t('rules.replay.summary', {
          scanned: number(locale, result.scanned),
          changed: number(locale, result.changed),
          time: duration(locale, result.ms),
          unruled: number(locale, result.unruled),
        })}
      </p>
      {warnings.length > 0 ? (
        <ul className="space-y-2">
          {warnings.map(({ key, count, meaning }) => (
            <li key={key} className={`tnum rounded-md px-3 py-2 text-xs ${cells[meaning]}`}>
              {t(`rules.replay.meaning.${key}`, { count })}
            </li>
          ))}
        </ul>
      ) : null}
      <div className="overflow-x-auto">
        <table className="w-full min-w-[300px] table-fixed text-xs">
          <caption className="sr-only">{t('rules.replay.matrix')}</caption>
          <thead>
            <tr className="border-b border-line">
              <th scope="col" className={`${headings} w-[34%] text-left`}>
                {t('rules.replay.happened')}
              </th>
              {outcomeKinds.map((kind) => (
                <th key={kind} scope="col" className={`${headings} text-right`}>
                  {t(`rules.replay.would.${kind}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {happenings.map((happened) => (
              <tr key={happened} className="border-b border-line">
                <th scope="row" className="py-2 text-left font-normal">
                  {t(`rules.replay.happening.${happened}`)}
                </th>
                {outcomeKinds.map((would) => {
                  const found = find(happened, would)
                  return (
                    <td key={would} className="p-0.5 text-right">
                      {found ? (
                        <button
                          type="button"
                          aria-pressed={cell?.from === happened && cell.to === would}
                          aria-label={t('rules.replay.cell', {
                            count: found.count,
                            happened: t(`rules.replay.happening.${happened}`),
                            would: t(`rules.replay.would.${would}`),
                          })}
                          onClick={() =>
                            setCell(cell?.from === happened && cell.to === would ? null : { from: happened, to: would })
                          }
                          className={`tnum h-9 w-full rounded-md px-2.5 text-right hover:brightness-95 aria-pressed:outline-2 aria-pressed:outline-accent ${cells[meaningOf(happened, would)]}`}
                        >
                          {number(locale, found.count)}
                        </button>
                      ) : (
                        <span className="tnum inline-block px-2.5 text-ink-3">0</span>
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,320px)]">
        <Changes result={result} cell={cell} />
        <Section title={t('rules.replay.perRule')} className="min-w-0">
          <ol className="hairlines text-xs">
            {result.rules.map((rule, at) => (
              <li key={rule.id} className="flex items-baseline gap-3 py-1.5">
                <span className="tnum w-5 text-right text-ink-2">{at + 1}</span>
                <span className="min-w-0 flex-1 truncate">{rule.name}</span>
                {rule.errors > 0 ? (
                  <span className="tnum text-2xs text-critical">
                    {t('rules.replay.errors', { count: rule.errors })}
                  </span>
                ) : null}
                <span className="tnum font-medium">{number(locale, rule.hits)}</span>
              </li>
            ))}
          </ol>
        </Section>
      </div>
    </div>
  )
}

/** The requests that would have ended otherwise: all that were told, or those of one cell. */
function Changes({ result, cell }: { result: ReplayResult; cell: { from: Happening; to: OutcomeKind } | null }) {
  const t = useT()
  const [all, setAll] = useState(false)
  const chosen = result.changes.filter(({ from, to }) => !cell || (from === cell.from && to === cell.to))
  const shown = all ? chosen : chosen.slice(0, listed)
  return (
    <Section title={t('rules.replay.changes')} className="min-w-0">
      {chosen.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('rules.replay.noChanges')}</p>
      ) : (
        <ul className="hairlines">
          {shown.map((one) => (
            <li key={one.approvalId}>
              <Link
                to="/approvals/history"
                search={{ id: one.approvalId }}
                className="-mx-2 flex items-start gap-3 rounded-md px-2 py-2 hover:bg-sunken"
              >
                <span className="pt-1">
                  <RiskGlyph risk={one.risk} />
                </span>
                <span className="min-w-0 flex-1">
                  <code className="block truncate font-mono text-2xs">{one.command}</code>
                  <span className="block text-2xs text-ink-2">
                    {t(`rules.replay.happening.${one.from}`)}
                    {' → '}
                    <span className="text-ink">{t(`rules.replay.would.${one.to}`)}</span>
                    {one.ruleName ? ` · ${one.ruleName}` : ''}
                  </span>
                </span>
                <Ago at={one.requestedAt} className="shrink-0 text-2xs text-ink-2" />
              </Link>
            </li>
          ))}
        </ul>
      )}
      {chosen.length > shown.length ? (
        <button type="button" className="btn mt-3" onClick={() => setAll(true)}>
          {t('rules.replay.showAll', { count: chosen.length })}
        </button>
      ) : null}
      {result.changes.length < result.changed ? (
        <p className="tnum mt-2 text-2xs text-ink-2">{t('rules.replay.oldest', { count: result.changes.length })}</p>
      ) : null}
    </Section>
  )
}
