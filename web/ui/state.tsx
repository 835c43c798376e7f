import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { ApiError } from '../api-error.ts'
import { useT } from '../i18n/use-t.ts'
import { useProblemText } from '../use-problem.ts'
import { Copy } from './copy.tsx'

/** Lines in the geometry of what will stand here. */
export function Skeleton({ rows = 6, height = 40 }: { rows?: number; height?: number }) {
  const t = useT()
  return (
    <div role="status" aria-busy="true" aria-label={t('state.loading')}>
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className="flex items-center gap-3 border-b border-line" style={{ height }}>
          <span className="size-3.5 animate-pulse rounded-sm bg-sunken" />
          <span className="h-3.5 animate-pulse rounded-sm bg-sunken" style={{ width: `${58 - (row % 3) * 12}%` }} />
          <span className="ml-auto h-3 w-14 animate-pulse rounded-sm bg-sunken" />
        </div>
      ))}
    </div>
  )
}

/** Nothing there: what will appear, and the way to it. */
export function Empty(props: { icon: ReactNode; title: string; body: string; children?: ReactNode }) {
  return (
    <div className="grid place-items-center px-6 py-16 text-center">
      <div className="max-w-md">
        <div className="mx-auto mb-4 grid size-11 place-items-center rounded-lg border border-line bg-surface text-ink-2">
          {props.icon}
        </div>
        <p className="text-lg font-medium text-balance">{props.title}</p>
        <p className="mt-1.5 text-balance text-ink-2">{props.body}</p>
        {props.children ? <div className="mt-5 flex flex-wrap justify-center gap-2">{props.children}</div> : null}
      </div>
    </div>
  )
}

/** What failed, how to go on, and the request id that finds it in the logs. */
export function Failed({ what, error, retry }: { what: string; error: unknown; retry?: () => void }) {
  const t = useT()
  const problemText = useProblemText()
  const requestId = error instanceof ApiError ? error.requestId : null
  return (
    <div role="alert" className="grid place-items-center px-6 py-14 text-center">
      <div className="max-w-md">
        <TriangleAlert className="mx-auto mb-3 text-high" size={26} strokeWidth={1.5} aria-hidden />
        <p className="text-base font-medium">{what}</p>
        <p className="mt-1 text-ink-2">{problemText(error)}</p>
        {requestId ? (
          <p className="mt-3 flex items-center justify-center gap-1 text-2xs text-ink-2">
            {t('state.requestId')} <code className="font-mono">{requestId}</code>
            <Copy text={requestId} what={t('state.requestId')} />
          </p>
        ) : null}
        {retry ? (
          <button type="button" className="btn mt-4" onClick={retry}>
            {t('state.retry')}
          </button>
        ) : null}
      </div>
    </div>
  )
}

/** One line of trouble inside a form or a page that is otherwise there. */
export function Trouble({ error }: { error: unknown }) {
  const t = useT()
  const problemText = useProblemText()
  if (!error) return null
  const requestId = error instanceof ApiError ? error.requestId : null
  return (
    <p role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-xs text-critical">
      {problemText(error)}
      {requestId ? (
        <span className="mt-0.5 block text-2xs">
          {t('state.requestId')} <code className="font-mono break-all">{requestId}</code>
        </span>
      ) : null}
    </p>
  )
}

export function Note({ tone = 'plain', children }: { tone?: 'plain' | 'warn'; children: ReactNode }) {
  const tones = { plain: 'bg-sunken text-ink-2', warn: 'bg-medium-soft text-medium' }
  return <p className={`rounded-md px-3 py-2 text-xs ${tones[tone]}`}>{children}</p>
}

interface Pages {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

/** Below a list that comes in pages: the way to the next one, and nothing at the end. */
export function NextPage({ of: list, isOlder = false }: { of: Pages; isOlder?: boolean }) {
  const t = useT()
  if (!list.hasNextPage) return null
  const says = isOlder ? t('state.older') : t('state.more')
  return (
    <div className="py-4 text-center">
      <button
        type="button"
        className="btn"
        disabled={list.isFetchingNextPage}
        onClick={() => void list.fetchNextPage()}
      >
        {list.isFetchingNextPage ? t('state.loading') : says}
      </button>
    </div>
  )
}
