import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MemoryVersion } from '../../../worker/features/memory/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Chip } from '../../ui/badge.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { DifferenceView } from './difference-view.tsx'
import { memoryVersionQuery, memoryVersionsQuery } from './queries.ts'
import type { MemoryWork } from './use-memory-file.ts'

/** The versions of a file, the newest first; the chosen one with what it changed. */
export function History(props: { agentId: string; path: string; work: MemoryWork; mayChange: boolean }) {
  const t = useT()
  const [chosen, setChosen] = useState<string | null>(null)
  const [returning, setReturning] = useState<MemoryVersion | null>(null)
  const found = useQuery(memoryVersionsQuery(props.agentId, props.path))
  if (found.isPending) return <Skeleton rows={4} height={40} />
  if (!found.data)
    return <Failed what={t('memory.historyFailed')} error={found.error} retry={() => void found.refetch()} />
  const { items } = found.data
  if (items.length === 0) return <p className="border-y border-line py-3 text-ink-2">{t('memory.noHistory')}</p>
  const mayReturn = (one: MemoryVersion) =>
    props.mayChange && one.redactions === 0 && one.hash !== (props.work.file?.hash ?? null)
  return (
    <>
      <ol aria-label={t('memory.history')} className="hairlines">
        {items.map((one) => (
          <li key={one.id} className="py-2">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <button
                type="button"
                className="link text-left"
                aria-expanded={chosen === one.id}
                onClick={() => setChosen(chosen === one.id ? null : one.id)}
              >
                <Ago at={one.at} />
              </button>
              <span className="text-xs text-ink-2">{one.author ? one.author.name : t('memory.seen')}</span>
              {one.hash === null ? <Chip>{t('memory.gone')}</Chip> : null}
              {one.restoredFrom ? <Chip>{t('memory.restored')}</Chip> : null}
              {one.redactions > 0 ? <Chip>{t('memory.isRedacted')}</Chip> : null}
              {mayReturn(one) ? (
                <button type="button" className="btn ml-auto" onClick={() => setReturning(one)}>
                  {t('memory.rollBack')}
                </button>
              ) : null}
            </div>
            {chosen === one.id ? <Shown agentId={props.agentId} id={one.id} /> : null}
          </li>
        ))}
      </ol>
      <Confirm
        open={returning !== null}
        close={() => setReturning(null)}
        title={t('memory.rollBackTitle', { path: props.path })}
        body={t('memory.rollBackBody')}
        action={t('memory.rollBack')}
        onConfirm={async () => {
          if (returning) await props.work.rollBack(returning.id)
        }}
      />
    </>
  )
}

function Shown({ agentId, id }: { agentId: string; id: string }) {
  const t = useT()
  const found = useQuery(memoryVersionQuery(agentId, id))
  if (found.isPending) return <Skeleton rows={3} height={20} />
  if (!found.data)
    return <Failed what={t('memory.versionFailed')} error={found.error} retry={() => void found.refetch()} />
  return <DifferenceView difference={found.data.difference} />
}
