import { X } from 'lucide-react'
import { useEffect, useSyncExternalStore } from 'react'
import { useT } from '../i18n/use-t.ts'

export type Toast = {
  id: string
  text: string
  tone?: 'plain' | 'bad'
  action?: { label: string; run: () => void }
  /** How long it stays, in ms. */
  lastsMs: number
}

let toasts: readonly Toast[] = []
const listeners = new Set<() => void>()
const set = (next: readonly Toast[]) => {
  toasts = next
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** Shows a short message at the bottom; the same id replaces the one that is there. */
export const toast = (message: Omit<Toast, 'lastsMs' | 'id'> & { id?: string; lastsMs?: number }) => {
  const next = { lastsMs: 5_000, id: crypto.randomUUID(), ...message }
  set([...toasts.filter((other) => other.id !== next.id), next].slice(-3))
}
export const dismissToast = (id: string) => set(toasts.filter((other) => other.id !== id))

/** Our own few lines instead of a library: those write style elements, which the content security policy refuses. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-60 flex flex-col items-center gap-2 px-4 md:bottom-6"
    >
      {shown.map((one) => (
        <Line key={one.id} one={one} />
      ))}
    </div>
  )
}

function Line({ one }: { one: Toast }) {
  const t = useT()
  useEffect(() => {
    const timer = setTimeout(() => dismissToast(one.id), one.lastsMs)
    return () => clearTimeout(timer)
  }, [one])
  return (
    <div
      className={`overlay pointer-events-auto flex max-w-[min(520px,100%)] items-center gap-3 rounded-lg py-2 pr-2 pl-4 text-sm ${one.tone === 'bad' ? 'text-critical' : ''}`}
    >
      <span className="min-w-0 flex-1">{one.text}</span>
      {one.action ? (
        <button
          type="button"
          className="btn"
          onClick={() => {
            one.action?.run()
            dismissToast(one.id)
          }}
        >
          {one.action.label}
        </button>
      ) : null}
      <button
        type="button"
        className="btn btn-quiet btn-icon"
        aria-label={t('action.dismiss')}
        onClick={() => dismissToast(one.id)}
      >
        <X size={15} aria-hidden />
      </button>
    </div>
  )
}
