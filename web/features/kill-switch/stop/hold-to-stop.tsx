import { OctagonX } from 'lucide-react'
import { useId, useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { useMedia } from '../../../ui/use-media.ts'
import { holdMs, useHold } from './use-hold.ts'

interface Props {
  /** What is stopped: what has to be typed by who can not, or would not, hold. */
  name: string
  isReady: boolean
  isBusy: boolean
  onConfirm: () => void
}

/** Held for a moment, or its name typed: nobody stops agents with one stray click. */
export function HoldToStop({ name, isReady, isBusy, onConfirm }: Props) {
  const calm = useMedia('(prefers-reduced-motion: reduce)')
  const [types, setTypes] = useState<boolean | null>(null)
  const isTyping = types ?? calm
  return isTyping ? (
    <TypedConfirm name={name} isReady={isReady && !isBusy} onConfirm={onConfirm} leave={() => setTypes(false)} />
  ) : (
    <HoldButton isReady={isReady && !isBusy} isBusy={isBusy} onConfirm={onConfirm} type={() => setTypes(true)} />
  )
}

function HoldButton(props: { isReady: boolean; isBusy: boolean; onConfirm: () => void; type: () => void }) {
  const t = useT()
  const hintId = useId()
  const { isHeld, handlers } = useHold({ isReady: props.isReady, onHeld: props.onConfirm, onTap: props.type })
  return (
    <div>
      <button
        type="button"
        {...handlers}
        aria-disabled={!props.isReady}
        aria-describedby={hintId}
        className={`relative flex h-12 w-full touch-none items-center justify-center gap-2 overflow-hidden rounded-lg bg-critical font-medium text-surface select-none [-webkit-touch-callout:none] ${props.isReady ? '' : 'opacity-55'}`}
      >
        <span
          aria-hidden
          data-held={isHeld || undefined}
          className="absolute inset-y-0 left-0 w-0 bg-ink/35 data-held:w-full data-held:transition-[width] data-held:ease-linear"
          style={{ transitionDuration: isHeld ? `${holdMs}ms` : '0ms' }}
        />
        <OctagonX size={18} aria-hidden className="relative" />
        <span className="relative">
          {t(props.isBusy ? 'kill.ordering' : isHeld ? 'kill.keepHolding' : 'kill.hold')}
        </span>
      </button>
      <p id={hintId} className="mt-2 flex flex-wrap items-center justify-between gap-x-3 text-2xs text-ink-2">
        {t('kill.holdHint')}
        <button type="button" className="link max-md:h-11" onClick={props.type}>
          {t('kill.typeInstead')}
        </button>
      </p>
      <span role="status" className="sr-only">
        {isHeld ? t('kill.keepHolding') : ''}
      </span>
    </div>
  )
}

function TypedConfirm(props: { name: string; isReady: boolean; onConfirm: () => void; leave: () => void }) {
  const t = useT()
  const id = useId()
  const [typed, setTyped] = useState('')
  const isRight = typed.trim() === props.name.trim()
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-xs text-ink-2">
        {t.rich('confirm.typeName', {
          name: props.name,
          b: (chunks) => <strong className="font-medium text-ink">{chunks}</strong>,
        })}
      </label>
      <div className="flex gap-2 max-sm:flex-col">
        <input
          id={id}
          className="field"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <button
          type="button"
          className="btn h-9 border-transparent bg-critical text-surface hover:bg-critical"
          disabled={!props.isReady || !isRight}
          onClick={props.onConfirm}
        >
          <OctagonX size={15} aria-hidden />
          {t('kill.stopNow')}
        </button>
      </div>
      <button type="button" className="link mt-2 text-2xs max-md:h-11" onClick={props.leave}>
        {t('kill.holdInstead')}
      </button>
    </div>
  )
}
