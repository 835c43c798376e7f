import { Dialog as Base } from '@base-ui/react/dialog'
import type { ReactNode, RefObject } from 'react'
import { useT } from '../i18n/use-t.ts'

/** A modal question. Focus starts on `initialFocus`, else on the first control; Esc and the backdrop close it. */
export function Dialog(props: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description?: ReactNode
  children: ReactNode
  initialFocus?: RefObject<HTMLElement | null>
  wide?: boolean
}) {
  return (
    <Base.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-[var(--shade)] transition-opacity duration-150 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Popup
          {...(props.initialFocus ? { initialFocus: props.initialFocus } : {})}
          className={`overlay fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-32px)] -translate-1/2 overflow-y-auto p-5 outline-none transition-[opacity,scale] duration-150 data-[ending-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:scale-98 data-[starting-style]:opacity-0 sm:p-6 ${props.wide ? 'w-[min(640px,calc(100vw-32px))]' : 'w-[min(460px,calc(100vw-32px))]'}`}
        >
          <Base.Title className="text-lg font-semibold text-balance">{props.title}</Base.Title>
          {props.description ? (
            <Base.Description render={<div />} className="mt-1.5 text-ink-2">
              {props.description}
            </Base.Description>
          ) : null}
          {props.children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>
)

const tones = {
  primary: 'btn btn-primary',
  danger: 'btn btn-danger',
  critical: 'btn border-transparent bg-critical text-surface hover:bg-critical',
} as const

/** How a form in a dialog ends: it is left, or sent. */
export function SubmitActions(props: {
  cancel: () => void
  disabled?: boolean
  tone?: keyof typeof tones
  children: ReactNode
}) {
  const t = useT()
  return (
    <DialogActions>
      <button type="button" className="btn" onClick={props.cancel}>
        {t('action.cancel')}
      </button>
      <button type="submit" className={tones[props.tone ?? 'primary']} disabled={props.disabled ?? false}>
        {props.children}
      </button>
    </DialogActions>
  )
}
